/* Loads a page that could not be shown again, as soon as the server can show it. The wait doubles after each try; it
   goes on doubling if the page fails again right after it was loaded. */

const LOADED = 'dashboard-loaded-again' // how many times in a row, and when last
const FIRST = 2000 // ms
const LONGEST = 30_000
const FAILING = new Set([429, 500, 502, 503, 504])

const timesLoaded = () => {
  try {
    const { times, at } = JSON.parse(window.sessionStorage.getItem(LOADED))
    return Date.now() - at < 2 * LONGEST ? times : 0
  } catch {
    return 0
  }
}

const load = () => {
  try {
    window.sessionStorage.setItem(LOADED, JSON.stringify({ times: timesLoaded() + 1, at: Date.now() }))
  } catch {
    return // without a count, the page could load again and again
  }
  window.location.reload()
}

/* Whether the server would show the page now, or send the browser to another one. */
const isAnswered = async () => {
  try {
    const options = { headers: { Accept: 'text/html' }, redirect: 'manual', cache: 'no-store' }
    const answer = await fetch(window.location.href, options)
    return !FAILING.has(answer.status)
  } catch {
    return false // the network or the server is down
  }
}

let wait = Math.min(LONGEST, FIRST * 2 ** timesLoaded())
let timer = 0
let asking = false

const ask = async () => {
  if (asking) return
  clearTimeout(timer)
  asking = true
  const answered = await isAnswered()
  asking = false
  if (answered) return load()
  wait = Math.min(LONGEST, wait * 2)
  return askLater()
}

const askLater = () => {
  timer = setTimeout(ask, wait * (0.8 + 0.4 * Math.random())) // not all tabs at the same moment
}

document.querySelector('[role=status]').hidden = false
window.addEventListener('online', ask)
askLater()
