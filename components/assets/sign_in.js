/* Holds the button back while sign-in waits, and says for how long. Without this script the server holds it back. */

const form = document.querySelector('form')
const button = form.querySelector('button')
const until = Date.now() + 1000 * Number(form.dataset.waitSeconds || 0)
const word = button.textContent

const spell = (seconds) => {
  const minutes = Math.floor(seconds / 60)
  return minutes > 0 ? `${minutes}\u00a0min ${seconds % 60}\u00a0s` : `${seconds}\u00a0s`
}

const tick = () => {
  const left = Math.ceil((until - Date.now()) / 1000)
  button.disabled = left > 0
  button.textContent = left > 0 ? `Wait ${spell(left)}` : word
  if (left > 0) setTimeout(tick, 250)
}

form.addEventListener('submit', () => {
  button.disabled = true // a second click would only count as a second try
})
if (form.elements.identifier.value) form.elements.password.focus() // a second try: the name is there already
window.addEventListener('pageshow', tick) // also when the page comes back from the browser's own cache
