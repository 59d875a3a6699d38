/* Streamlit enters the query of the page that it switches to under the old path first, and the new path after: two
   steps back for one click, and the first loses the filters. Until the path changes, the first entry is left out. */
const keepOneStepBack = (href) => {
  const from = window.location.pathname
  const goal = new URL(href, document.baseURI)
  if (goal.pathname === from) return
  const wanted = new URLSearchParams(goal.search).toString()
  const restore = () => delete window.history.pushState
  window.history.pushState = (state, title, url) => {
    const next = new URL(url ?? window.location.href, window.location.href)
    if (next.pathname === from && next.searchParams.toString() === wanted) return
    restore()
    window.history.pushState(state, title, url)
  }
  setTimeout(restore, 5000) // the page may have refused to switch
}
