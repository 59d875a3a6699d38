/* What our components share. Text goes in by textContent only, so nothing that people wrote becomes markup. */

const make = (tag, className, text) => {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined && text !== null) element.textContent = text
  return element
}

const makeIcon = (name) => {
  const icon = make('span', 'ico', name)
  icon.ariaHidden = 'true'
  icon.translate = false
  return icon
}

const makeAvatar = (person, size = 24) => {
  if (!person.picture) {
    const letters = make('span', `ava s${size}`, person.initials)
    letters.ariaHidden = 'true'
    return letters
  }
  const image = make('img', `ava s${size}`)
  image.loading = 'lazy'
  image.alt = ''
  image.width = size
  image.height = size
  image.src = person.picture
  image.onerror = () => image.replaceWith(makeAvatar({ initials: person.initials }, size))
  return image
}
