/* The theme that was chosen in this browser. Streamlit keeps one for each path, and reads it while a page is loaded;
   ours is one for all pages, under a name of our own (components/assets/theme.js reads it, too). */

const OUR_THEME = 'dashboard-theme'
const THEMES = ['System', 'Light', 'Dark']

/* null where none was chosen, or where the browser keeps nothing. */
const keptTheme = () => {
  try {
    const kept = window.localStorage.getItem(OUR_THEME)
    return THEMES.includes(kept) ? kept : null
  } catch {
    return null
  }
}

/* Hand the chosen theme on to Streamlit, for each of our pages, also those that are new since. */
const spreadTheme = (pages) => {
  const theme = keptTheme()
  if (theme === null) return
  for (const page of pages) {
    const path = new URL(page || '.', new URL('.', document.baseURI)).pathname
    const key = `stActiveTheme-${path}-v2`
    if (window.localStorage.getItem(key) !== JSON.stringify(theme)) window.localStorage.setItem(key, JSON.stringify(theme))
  }
}
