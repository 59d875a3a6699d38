/* Opens our links to pages in this session instead of a new one. It is on every page, so it also gives each page the
   chosen theme, and closes the menu of a phone. */

const listening = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = new URL('.', document.baseURI)
  spreadTheme(data.pages)
  const follow = (event) => {
    if (!isPlainClick(event)) return
    if (event.target.closest?.('[data-testid=stSidebarNavLink]')) closeMenuOnPhone()
    if (event.defaultPrevented) return
    const link = event.target.closest?.('[data-testid=stHtml] a[href]')
    const goal = link && new URL(link.href)
    if (!goal || goal.origin !== root.origin || goal.hash || !goal.pathname.startsWith(root.pathname)) return
    const page = goal.pathname.slice(root.pathname.length)
    if (!data.pages.includes(page)) return
    event.preventDefault()
    keepOneStepBack(goal.href)
    setTriggerValue('followed', { page, query: goal.search.slice(1) })
  }
  // Each call ends its own listener only, because a cleanup can run after the call that replaces it.
  listening.get(parentElement)?.abort()
  const controller = new AbortController()
  listening.set(parentElement, controller)
  document.addEventListener('click', follow, { signal: controller.signal })
  return () => controller.abort()
}
