/* The jump box: `/` or Ctrl-K opens it, arrows move, Enter opens, Ctrl+Enter opens a tab, Escape goes back to where
   one was. Pages are found here; people are asked for once typing pauses. It is built once and outlives reruns. */

const boxes = new WeakMap()
const PAUSE = 150 // ms without a key until people are asked for
const LOADING = 1000 // ms until they are asked for again while not all are loaded
const MAC = /Mac|iPhone|iPad/.test(navigator.platform)

const isField = (on) => Boolean(on?.closest?.('input, textarea, select, [contenteditable=""], [contenteditable=true]'))

const makeButton = () => {
  const button = make('button', 'jumpbutton')
  button.type = 'button'
  button.ariaHasPopup = 'dialog'
  button.setAttribute('aria-keyshortcuts', MAC ? '/ Meta+K' : '/ Control+K')
  const key = make('kbd', '', '/')
  key.ariaHidden = 'true'
  button.append(makeIcon('search'), make('span', '', 'Jump to…'), key)
  return button
}

const makeField = (words) => {
  const field = make('input')
  field.role = 'combobox'
  field.ariaAutoComplete = 'list'
  field.setAttribute('aria-controls', 'jumplist')
  field.autocomplete = 'off'
  field.spellcheck = false
  field.maxLength = 100
  field.placeholder = words
  field.ariaLabel = words
  return field
}

const makeKeys = () => {
  const keys = make('p', 'keys')
  const help = [['↑ ↓', 'move'], ['Enter', 'opens'], [MAC ? '⌘ Enter' : 'Ctrl Enter', 'in a tab'], ['Esc', 'closes']]
  for (const [key, word] of help) {
    const pair = make('span')
    pair.append(make('kbd', '', key), ` ${word}`)
    keys.append(pair)
  }
  return keys
}

const makeBox = (parent) => {
  let args = null
  let state = {}
  let timer = 0
  const button = makeButton()
  const dialog = make('dialog', 'jumpbox')
  const row = make('div', 'field')
  const field = makeField('Jump to a page or a person')
  const list = make('div', 'options')
  const note = make('p', 'note')
  dialog.ariaLabel = 'Jump to'
  list.role = 'listbox'
  list.id = 'jumplist'
  list.ariaLabel = 'Pages and people'
  note.role = 'status'
  row.append(makeIcon('search'), field)
  dialog.append(row, list, note, makeKeys())
  parent.querySelector('.jumproot').replaceChildren(button, dialog)

  const text = () => field.value.trim()
  const waits = () => args.data.looks && text() !== '' && state.answered !== text()

  const mark = () => {
    const lines = [...list.querySelectorAll('.option')]
    lines.forEach((line, i) => (line.ariaSelected = String(i === state.at)))
    lines[state.at]?.scrollIntoView({ block: 'nearest' })
    if (lines.length) field.setAttribute('aria-activedescendant', `jump-${state.at}`)
    else field.removeAttribute('aria-activedescendant')
    field.ariaExpanded = String(lines.length > 0)
  }
  const paint = () => {
    const words = wordsOf(text())
    // until the answer comes, those who were found for less and still match
    const people = waits() ? state.people.filter((each) => holds(`${each.name} ${each.line}`, words)) : state.people
    state.options = optionsOf(args.data.pages, text() ? people : [], text())
    state.at = Math.max(0, Math.min(state.at, state.options.length - 1))
    list.replaceChildren(...makeGroups(state.options))
    list.hidden = state.options.length === 0
    const said = waits() || !text() ? '' : state.note
    const nothing = waits() ? 'Looking for people…' : state.failed ? '' : `Nothing here is called “${text()}”.`
    note.textContent = state.options.length ? said : `${nothing} ${said}`.trim()
    mark()
  }
  const ask = () => {
    if (dialog.open && args.data.looks && text()) args.setTriggerValue('asked', text())
  }
  const askAfter = (pause) => {
    clearTimeout(timer)
    timer = setTimeout(ask, pause)
  }
  const go = (option, inTab) => {
    dialog.close()
    if (inTab) return window.open(new URL(option.href, document.baseURI).href, '_blank', 'noopener')
    closeMenuOnPhone()
    keepOneStepBack(option.href)
    return args.setTriggerValue('chosen', option.goal)
  }
  /* Enter before the answer is meant for what the answer brings. */
  const enter = (inTab) => {
    if (state.options.length) go(state.options[state.at], inTab)
    else if (waits()) state.eager = { text: text(), inTab }
  }
  const open = () => {
    if (dialog.open) return
    field.value = ''
    state = { at: 0, people: [], answered: '', note: '', options: [] }
    paint()
    dialog.showModal()
    field.focus()
  }

  button.onclick = open
  dialog.onclose = () => clearTimeout(timer)
  dialog.onclick = (event) => {
    const line = event.target.closest('.option')
    if (line) go(state.options[Number(line.id.slice(5))], event.metaKey || event.ctrlKey)
    else if (event.target === dialog) dialog.close()
  }
  list.onmousedown = (event) => event.preventDefault() // the field keeps the focus
  field.oninput = () => {
    Object.assign(state, { at: 0, eager: null })
    paint()
    askAfter(PAUSE)
  }
  field.onkeydown = (event) => {
    if (event.isComposing) return
    const last = state.options.length - 1
    const goal = { ArrowDown: state.at === last ? 0 : state.at + 1, ArrowUp: state.at === 0 ? last : state.at - 1 }[event.key]
    if (goal !== undefined) {
      event.preventDefault()
      state.at = Math.max(0, goal)
      mark()
    } else if (event.key === 'Enter') {
      event.preventDefault()
      enter(event.metaKey || event.ctrlKey)
    }
  }

  const onKey = (event) => {
    const command = event.key.toLowerCase() === 'k' && (MAC ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isField(event.target)
    if ((!command && !slash) || event.defaultPrevented || document.querySelector('[role=dialog]')) return
    event.preventDefault()
    open()
  }
  const take = (given) => {
    args = given
    const { asked, people, again, failed, note: words } = args.data
    if (!dialog.open || asked === undefined || asked !== text()) return
    Object.assign(state, { answered: asked, people, failed, note: words })
    const eager = state.eager?.text === asked ? state.eager : null
    paint()
    if (eager && state.options.length) go(state.options[0], eager.inTab)
    else if (again) askAfter(LOADING)
  }
  return { onKey, take }
}

export default function (args) {
  const box = boxes.get(args.parentElement) ?? makeBox(args.parentElement)
  boxes.set(args.parentElement, box)
  box.take(args)
  // Each call ends its own listener only, because a cleanup can run after the call that replaces it.
  box.listening?.abort()
  const listening = (box.listening = new AbortController())
  document.addEventListener('keydown', box.onKey, { signal: listening.signal })
  return () => listening.abort()
}
