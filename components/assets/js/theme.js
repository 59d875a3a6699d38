/* The choice of the theme. It is the browser's own, so the server hears nothing of it; the page is loaded anew, because
   that is when Streamlit looks. The focus is brought back to where it was. */

const RETURNING = 'dashboard-theme-chosen'

const keepTheme = (theme, pages) => {
  try {
    window.localStorage.setItem(OUR_THEME, theme)
    spreadTheme(pages)
    window.sessionStorage.setItem(RETURNING, '1')
    return true
  } catch {
    return false
  }
}

const returned = () => {
  try {
    const returning = window.sessionStorage.getItem(RETURNING) !== null
    window.sessionStorage.removeItem(RETURNING)
    return returning
  } catch {
    return false
  }
}

const makeChoice = (choice, on) => {
  const button = make('button')
  button.type = 'button'
  button.ariaPressed = String(on)
  button.append(makeIcon(choice.icon), choice.word)
  return button
}

export default function ({ data, parentElement }) {
  const chosen = keptTheme() ?? 'System'
  const group = make('div', 'choices')
  const note = make('p', 'said')
  group.role = 'group'
  group.ariaLabel = 'Theme'
  note.role = 'status'
  for (const choice of data.choices) {
    const button = makeChoice(choice, choice.theme === chosen)
    button.onclick = () => {
      if (choice.theme === chosen) return
      if (keepTheme(choice.theme, data.pages)) window.location.reload()
      else note.textContent = data.refused
    }
    group.append(button)
  }
  parentElement.querySelector('.themeroot').replaceChildren(group, note)
  if (returned()) group.querySelector('[aria-pressed=true]').focus()
}
