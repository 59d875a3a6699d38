/* Copies a text that this page shows; says that it has, and what to do where the browser will not. */

const copied = async (text, field) => {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // no permission: the older way still may work
    }
  }
  field.select()
  return document.execCommand('copy')
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.copyroot')
  const field = make('input', data.shown ? 'secret' : 'secret sr')
  const button = make('button', 'plain')
  const words = make('span', '', data.label)
  field.readOnly = true
  field.value = data.text
  field.ariaLabel = data.shown ? 'Value' : 'Value to copy'
  field.tabIndex = data.shown ? 0 : -1
  field.onfocus = () => field.select()
  button.type = 'button'
  button.ariaLive = 'polite'
  button.append(makeIcon('content_copy'), words)
  button.onclick = async () => {
    const done = await copied(data.text, field)
    words.textContent = done ? 'Copied' : 'Press Ctrl+C'
    button.firstChild.textContent = done ? 'check' : 'keyboard'
  }
  root.replaceChildren(field, button)
}
