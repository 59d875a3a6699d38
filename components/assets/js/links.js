/* Takes a click on a link of ours to a page that is open here into this session, instead of a new one. As it is on
   every page, it also sees to it that each has the chosen theme. */

const listening = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = new URL('.', document.baseURI)
  spreadTheme(data.pages)
  const follow = (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target.closest?.('[data-testid=stHtml] a[href]')
    const goal = link && new URL(link.href)
    if (!goal || goal.origin !== root.origin || goal.hash || !goal.pathname.startsWith(root.pathname)) return
    const page = goal.pathname.slice(root.pathname.length)
    if (!data.pages.includes(page)) return
    event.preventDefault()
    keepOneStepBack(goal.href)
    setTriggerValue('followed', { page, query: goal.search.slice(1) })
  }
  document.removeEventListener('click', listening.get(parentElement))
  listening.set(parentElement, follow)
  document.addEventListener('click', follow)
  return () => document.removeEventListener('click', listening.get(parentElement))
}
