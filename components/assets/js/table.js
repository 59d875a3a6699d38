/* A table with links, selection and keys: one tab stop; arrows, Home and End move; Enter opens; Space selects;
   Shift takes a range; Ctrl+click opens a tab. Drawn anew on each rerun, so it remembers focus and selection. */

const memories = new WeakMap()

const remembered = (parent, data) => {
  const memory = memories.get(parent) ?? { selected: new Set(), revision: null, at: 0, anchor: 0 }
  memories.set(parent, memory)
  if (memory.revision !== data.revision) {
    memory.selected = new Set(data.selected)
    memory.revision = data.revision
  }
  memory.every = data.every // all that match, on other pages too; unticking one falls back to this page without it
  return memory
}

/* Which rows are ticked, and how that looks. */
const makeSelection = (memory, ids, setStateValue) => {
  const rows = []
  const all = make('input')
  all.type = 'checkbox'
  all.ariaLabel = 'Select all on this page'

  const isOn = (id) => memory.every || memory.selected.has(id)
  const paint = () => {
    rows.forEach((row, i) => {
      row.ariaSelected = String(isOn(ids[i]))
      row.querySelector('.pick input').checked = isOn(ids[i])
    })
    const on = ids.filter(isOn).length
    all.checked = on > 0 && on === ids.length
    all.indeterminate = on > 0 && on < ids.length
  }
  const commit = () => {
    paint()
    setStateValue('selected', { revision: memory.revision, ids: [...memory.selected] })
  }
  const set = (id, on) => (on ? memory.selected.add(id) : memory.selected.delete(id))
  const leaveEvery = () => {
    if (memory.every) memory.selected = new Set(ids)
    memory.every = false
  }
  const toggle = (i, range) => {
    leaveEvery()
    const on = !memory.selected.has(ids[i])
    const from = range ? Math.min(i, memory.anchor) : i
    const to = range ? Math.max(i, memory.anchor) : i
    for (let k = from; k <= Math.min(to, ids.length - 1); k++) set(ids[k], on)
    memory.anchor = i
    commit()
  }
  all.onchange = () => {
    leaveEvery()
    ids.forEach((id) => set(id, all.checked))
    commit()
  }
  return { rows, all, paint, toggle }
}

const makeHeading = (column, data, setTriggerValue) => {
  const heading = make('th', [column.numeric ? 'num' : '', column.wide ? 'wide' : ''].join(' ').trim())
  heading.scope = 'col'
  if (column.width) heading.style.width = column.width
  if (!column.sort) {
    heading.textContent = column.label
    return heading
  }
  const ways = { [column.key]: 'ascending', [`-${column.key}`]: 'descending' }
  const way = ways[data.sort]
  const button = make('button', '', column.label)
  button.type = 'button'
  if (way) {
    heading.ariaSort = way
    button.append(makeIcon(way === 'ascending' ? 'arrow_upward' : 'arrow_downward'))
  }
  button.onclick = () => setTriggerValue('sort', way === 'ascending' ? `-${column.key}` : column.key)
  heading.append(button)
  return heading
}

const makeTick = (row, i, selection) => {
  const cell = make('td', 'pick')
  const box = make('input')
  box.type = 'checkbox'
  box.tabIndex = -1
  box.ariaLabel = `Select ${row.label}`
  box.onclick = (event) => {
    event.stopPropagation()
    event.preventDefault() // the browser would undo our paint at the end of this click, so it comes after
    setTimeout(() => selection.toggle(i, event.shiftKey))
  }
  cell.onclick = (event) => {
    event.stopPropagation()
    if (event.target === cell) selection.toggle(i, event.shiftKey)
  }
  cell.append(box)
  return cell
}

/* A click opens in this session; with Ctrl, Cmd or the middle button in a tab, as on any link. */
const makeOpenable = (line, row, href, setTriggerValue) => {
  line.classList.add('open')
  const inTab = (event) => {
    if (!event.target.closest('a')) window.open(href, '_blank', 'noopener')
  }
  line.onauxclick = (event) => event.button === 1 && inTab(event)
  line.onclick = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return inTab(event)
    if (window.getSelection().toString() && !event.target.closest('a')) return undefined // text is being copied
    event.preventDefault()
    keepOneStepBack(href)
    setTriggerValue('opened', row.id)
  }
}

/* Another page begins at its first row, wherever the last one was left; the focus stays where it is. */
const showFromTop = (table, memory, page) => {
  const turned = memory.page !== undefined && memory.page !== page
  memory.page = page
  const room = parseFloat(getComputedStyle(table).scrollMarginTop) || 0
  if (turned && table.getBoundingClientRect().top < room) table.scrollIntoView({ block: 'start' })
}

export default function ({ data: sent, parentElement, setStateValue, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(sent))
  const memory = remembered(parentElement, data)
  const ids = data.rows.map((row) => row.id)
  const selection = makeSelection(memory, ids, setStateValue)
  const hadFocus = parentElement.contains(document.activeElement)
  const inHead = hadFocus ? document.activeElement.closest('thead th')?.cellIndex : undefined
  const table = make('table', `tbl ${data.compact ? '' : 'long'}`.trim())
  const head = make('thead')
  const headings = make('tr')
  const body = make('tbody')
  const lines = []

  const stop = (line) => line.querySelector('a') ?? line
  const moveTo = (i) => {
    memory.at = Math.max(0, Math.min(lines.length - 1, i))
    lines.forEach((line, k) => (stop(line).tabIndex = k === memory.at ? 0 : -1))
    return lines[memory.at] && stop(lines[memory.at])
  }

  if (data.pick) {
    const heading = make('th', 'pick')
    heading.append(selection.all)
    headings.append(heading)
  }
  headings.append(...data.columns.map((column) => makeHeading(column, data, setTriggerValue)))
  data.rows.forEach((row, i) => {
    const href = data.href === null ? null : data.href + encodeURIComponent(row.id)
    const line = make('tr')
    if (data.pick) line.append(makeTick(row, i, selection))
    line.append(...data.columns.map((column) => makeCell(column, row.cells[column.key], href)))
    if (href !== null) makeOpenable(line, row, href, setTriggerValue)
    line.onfocus = () => (memory.at = i)
    line.addEventListener('focusin', () => (memory.at = i))
    if (data.pick) selection.rows.push(line)
    lines.push(line)
    body.append(line)
  })

  table.onkeydown = (event) => {
    if (event.target !== (lines[memory.at] && stop(lines[memory.at]))) return
    const goal = { ArrowDown: memory.at + 1, ArrowUp: memory.at - 1, Home: 0, End: lines.length - 1 }[event.key]
    if (goal !== undefined) {
      event.preventDefault()
      moveTo(goal).focus()
    } else if (event.key === ' ' && data.pick) {
      event.preventDefault()
      selection.toggle(memory.at, event.shiftKey)
    }
  }
  head.append(headings)
  table.append(make('caption', 'sr', data.caption), head, body)
  parentElement.querySelector('.tblroot').replaceChildren(table)
  if (data.pick) selection.paint()
  const current = moveTo(memory.at)
  if (inHead !== undefined) headings.cells[inHead]?.querySelector('button, input')?.focus()
  else if (hadFocus) current?.focus()
  showFromTop(table, memory, data.page)
}
