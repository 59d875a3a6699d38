/* How the values of a table cell are drawn, by the kind of its column. */

const makeLink = (words, href) => {
  const link = make(href ? 'a' : 'span', 'name', words)
  if (href) link.href = href
  return link
}

const named = (first, value, href) => {
  const whole = make('span', 'who')
  if (first) whole.append(first)
  whole.append(makeLink(value.name, href))
  if (value.line) whole.append(make('small', '', value.line))
  return whole
}

const CELLS = {
  text: (value) => make('span', '', value),
  mute: (value) => make('span', 'mute', value),
  code: (value) => make('code', '', value),
  person: (value, href) => named(makeAvatar(value), value, href),
  link: (value, href) => named(null, value, href),
  state: (value) => {
    const state = make('span', `state ${value.kind}`)
    state.append(make('i'), value.word)
    return state
  },
  time: (value) => {
    const time = make('time', '', value.ago)
    time.title = value.absolute
    time.dateTime = value.iso
    return time
  },
}

const makeCell = (column, value, href) => {
  const cell = make('td', [column.numeric ? 'num' : '', column.wide ? 'wide' : ''].join(' ').trim())
  const nothing = value === null || value === undefined || value === ''
  cell.append(nothing ? make('span', 'mute', '—') : CELLS[column.kind](value, href))
  return cell
}
