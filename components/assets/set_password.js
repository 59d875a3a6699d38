/* Takes the secret out of the address's fragment, which no server sees, and sends it with the new password. */

const form = document.querySelector('form')
const button = form.querySelector('button')
const [password, again] = form.querySelectorAll('input[type=password]')
const note = document.querySelector('.note')
const word = button.textContent

const token = window.location.hash.slice(1)
history.replaceState(null, '', window.location.pathname) // out of sight, and out of the history

const say = (sentence) => {
  note.querySelector('span').textContent = sentence
  document.body.classList.toggle('error', sentence !== '')
}

const refusal = () => {
  if (password.value.length < Number(password.minLength)) return `Choose at least ${password.minLength} characters.`
  if (password.value !== again.value) return 'The two passwords differ. Type the same one twice.'
  return ''
}

/* The server's words, or ours where it has none. */
const problemIn = async (answer) => {
  const { error } = await answer.json().catch(() => ({ error: null }))
  const fields = Object.values(error?.fields ?? {}).join(' ')
  return fields || error?.message || 'The password was not saved. Try again in a minute.'
}

const send = async () => {
  const answer = await fetch(form.getAttribute('action'), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token, password: password.value }),
  })
  if (!answer.ok) return say(await problemIn(answer))
  form.hidden = true
  document.querySelector('.card').hidden = false
  return document.querySelector('.card a').focus()
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  say(refusal())
  if (document.body.classList.contains('error')) return
  button.disabled = true
  button.textContent = 'Saving…'
  try {
    await send()
  } catch {
    say('The dashboard did not answer. Check the connection and try again.')
  }
  button.disabled = false
  button.textContent = word
})

if (token) {
  form.querySelector('fieldset').disabled = false
  password.focus()
} else {
  say('This link is not complete. Open it again from the message, or ask an admin for a new one.')
}
