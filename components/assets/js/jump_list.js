/* What stands in the jump box: which pages and people match what was typed, and how each is drawn. */

const wordsOf = (text) => text.toLocaleLowerCase().split(/\s+/).filter(Boolean)
const holds = (where, words) => words.every((word) => where.toLocaleLowerCase().includes(word))

/* One option for each match: what is shown, where it leads, and what the server is told. */
const optionsOf = (pages, people, text) => {
  const words = wordsOf(text)
  const found = pages.filter((each) => holds(`${each.title} ${each.section}`, words))
  const places = found.map((each) => ({
    group: 'Pages',
    mark: makeIcon(each.icon),
    name: each.title,
    line: each.section,
    href: each.page === 'home' ? '.' : each.page,
    goal: { page: each.page },
  }))
  const persons = people.map((each) => ({
    group: 'People',
    mark: makeAvatar(each, 20),
    name: each.name,
    line: each.line,
    href: `user?id=${encodeURIComponent(each.id)}`,
    goal: { person: each.id },
  }))
  return [...places, ...persons]
}

const makeOption = (option, i) => {
  const line = make('div', 'option')
  line.role = 'option'
  line.id = `jump-${i}`
  line.append(option.mark, make('span', 'name', option.name), make('small', '', option.line))
  return line
}

/* The options in their groups, each group under its name. */
const makeGroups = (options) => {
  const groups = new Map()
  options.forEach((option, i) => {
    if (!groups.has(option.group)) {
      const group = make('div')
      const title = make('div', 'title', option.group)
      group.role = 'group'
      group.ariaLabel = option.group
      title.ariaHidden = 'true'
      group.append(title)
      groups.set(option.group, group)
    }
    groups.get(option.group).append(makeOption(option, i))
  })
  return [...groups.values()]
}
