/* A field for an existing value or a new one (an ARIA combobox). Typing filters the existing values, the best first; a
   new value is the last option, and the default only where nothing matches. Enter and Tab take the marked option. */

const combos = new WeakMap()
let combosMade = 0

const plainText = (text) => text.trim().replace(/\s+/g, ' ')
const sameCase = (text) => plainText(text).toLocaleLowerCase()
const withoutAccents = (text) => sameCase(text).normalize('NFKD').replace(/\p{M}/gu, '')

/* The values that hold `text`: those that begin with it first, then those with a word that does. */
const matching = (options, text) => {
  const wanted = withoutAccents(text)
  const rank = (option) => {
    const where = withoutAccents(option)
    if (where.startsWith(wanted)) return 0
    return where.includes(` ${wanted}`) ? 1 : 2
  }
  return options.filter((each) => withoutAccents(each).includes(wanted)).sort((a, b) => rank(a) - rank(b))
}

const existing = (options, text) => options.find((each) => each === text) ?? options.find((each) => sameCase(each) === sameCase(text))

/* What can be chosen when `text` was typed; `typed` is false while the field only shows its value. */
const choicesFor = ({ options, none }, text, typed) => {
  const known = (value) => ({ value, label: value })
  const asked = plainText(text)
  if (!typed || !asked) return [{ value: '', label: none }, ...options.map(known)]
  const found = matching(options, asked).map(known)
  const same = existing(options, asked)
  if (same === undefined) return [...found, { value: asked, label: `Create “${asked}”`, isNew: true }]
  return [known(same), ...found.filter((each) => each.value !== same)]
}

const makeCombo = (parent) => {
  const id = `combo${(combosMade += 1)}`
  const label = make('label')
  const field = make('input')
  const list = make('div', 'combolist')
  let args = null
  let value = null // null: nothing is chosen yet
  let given // the value that the server sent last; the field keeps a choice of which the server does not know yet
  let choices = []
  let at = -1
  let typed = false

  field.id = id
  label.htmlFor = id
  field.role = 'combobox'
  field.autocomplete = 'off'
  field.spellcheck = false
  field.maxLength = 200
  field.ariaAutoComplete = 'list'
  field.ariaExpanded = 'false'
  field.setAttribute('aria-controls', `${id}-list`)
  field.placeholder = 'Choose or type one'
  list.id = `${id}-list`
  list.role = 'listbox'
  list.popover = 'manual' // above the dialog, which would cut it off
  const box = make('div', 'combofield')
  box.append(field, makeIcon('expand_more'))
  parent.querySelector('.comboroot').replaceChildren(label, box, list)

  const isOpen = () => list.matches(':popover-open')
  const words = () => (value === null ? '' : value || args.data.none)

  const place = () => {
    const room = box.getBoundingClientRect()
    const below = window.innerHeight - room.bottom
    list.style.width = `${room.width}px`
    list.style.left = `${room.left}px`
    list.style.maxHeight = `${Math.min(300, Math.max(below, room.top) - 16)}px`
    const above = below < list.offsetHeight + 8 && room.top > below
    list.style.top = above ? `${room.top - list.offsetHeight - 4}px` : `${room.bottom + 4}px`
  }
  const mark = () => {
    const lines = [...list.children]
    lines.forEach((line, i) => (line.ariaSelected = String(i === at)))
    lines[at]?.scrollIntoView({ block: 'nearest' })
    if (lines[at]) field.setAttribute('aria-activedescendant', lines[at].id)
    else field.removeAttribute('aria-activedescendant')
  }
  const makeLine = (choice, i) => {
    const line = make('div', choice.isNew ? 'new' : '', choice.label)
    line.role = 'option'
    line.id = `${id}-${i}`
    return line
  }
  const open = () => {
    choices = choicesFor(args.data, field.value, typed)
    at = typed ? 0 : choices.findIndex((each) => each.value === value)
    list.ariaLabel = args.data.label
    list.replaceChildren(...choices.map(makeLine))
    if (!isOpen()) list.showPopover()
    field.ariaExpanded = 'true'
    place()
    mark()
  }
  const close = () => {
    if (isOpen()) list.hidePopover()
    field.ariaExpanded = 'false'
    field.removeAttribute('aria-activedescendant')
    field.value = words()
    typed = false
  }
  const choose = (choice) => {
    const changed = choice !== undefined && choice.value !== value
    if (changed) value = choice.value
    close()
    if (changed) args.setStateValue('value', value)
  }
  const move = (step) => {
    if (!isOpen()) return open()
    at = (Math.max(at, step > 0 ? -1 : 0) + step + choices.length) % choices.length
    return mark()
  }
  /* Leaving by the mouse is no choice, so only text that can mean one value alone is taken. */
  const leave = () => {
    const only = typed && plainText(field.value) && choices.length === 1
    const same = typed && existing(args.data.options, field.value)
    choose(same ? { value: same } : only ? choices[0] : undefined)
  }

  field.onfocus = () => field.select()
  field.onclick = () => isOpen() || open()
  field.oninput = () => {
    typed = true
    open()
  }
  field.onblur = () => isOpen() && leave()
  field.onkeydown = (event) => {
    if (event.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      move(event.key === 'ArrowDown' ? 1 : -1)
    } else if (!isOpen()) {
      return
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(choices[at])
    } else if (event.key === 'Tab') {
      choose(choices[at])
    } else if (event.key === 'Escape') {
      event.stopPropagation() // the dialog around the field stays open
      close()
    }
  }
  box.lastChild.onmousedown = (event) => {
    event.preventDefault()
    if (field.disabled) return
    field.focus()
    if (isOpen()) close()
    else open()
  }
  list.onmousedown = (event) => event.preventDefault() // the field keeps the focus
  list.onclick = (event) => {
    const line = event.target.closest('[role=option]')
    if (line) choose(choices[[...list.children].indexOf(line)])
  }
  const follow = (event) => {
    if (isOpen() && event.target !== list) place()
  }
  const take = (latest) => {
    args = latest
    label.textContent = args.data.label
    field.disabled = args.data.disabled
    if (isOpen() || args.data.value === given) return
    given = value = args.data.value
    field.value = words()
  }
  return { take, follow }
}

export default function (args) {
  const known = combos.get(args.parentElement)
  const combo = known ?? makeCombo(args.parentElement)
  combos.set(args.parentElement, combo)
  combo.take(args)
  // Each call ends its own listeners only, because a cleanup can run after the call that replaces it.
  combo.listening?.abort()
  const listening = (combo.listening = new AbortController())
  document.addEventListener('scroll', combo.follow, { capture: true, signal: listening.signal })
  window.addEventListener('resize', combo.follow, { signal: listening.signal })
  return () => listening.abort()
}
