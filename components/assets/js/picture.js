/* Choose or drop a picture, look at it, save it by the API. One event, `done`, after the API has answered. */

const NAMES = { 'image/jpeg': 'JPEG', 'image/png': 'PNG', 'image/webp': 'WebP', 'image/gif': 'GIF' }
const drafts = new WeakMap()

/* What is wrong with a file, and the remedy; nothing for a good one. */
const refusal = (file, data) => {
  if (!data.types.includes(file.type)) return `Choose a picture of type ${data.types.map((type) => NAMES[type]).join(', ')}.`
  if (file.size > data.largest) return `Choose a picture of at most ${sized(data.largest)}; this one has ${sized(file.size)}.`
  return ''
}

const asBase64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1))
    reader.onerror = () => reject(new Error('The file could not be read. Choose it again.'))
    reader.readAsDataURL(file)
  })

export default function ({ data, parentElement, setTriggerValue }) {
  const draft = drafts.get(parentElement) ?? { file: null, preview: '', problem: '', busy: '' }
  drafts.set(parentElement, draft)
  const root = parentElement.querySelector('.pictureroot')

  const choose = (file) => {
    if (!file || draft.busy) return
    URL.revokeObjectURL(draft.preview)
    draft.problem = refusal(file, data)
    draft.file = draft.problem ? null : file
    draft.preview = draft.file ? URL.createObjectURL(file) : ''
    draw()
  }
  const run = async (word, act, work) => {
    draft.busy = word
    draft.problem = ''
    draw()
    try {
      await work()
      URL.revokeObjectURL(draft.preview)
      draft.file = null
      draft.preview = ''
      setTriggerValue('done', act)
    } catch (error) {
      draft.problem = error.message
    }
    draft.busy = ''
    draw()
  }
  const save = () =>
    run('Saving…', 'saved', async () => {
      const imageData = await asBase64(draft.file)
      await ask('POST', data.address, { imageData, contentType: draft.file.type, userId: data.userId }, 'The picture was refused')
    })
  const remove = () =>
    run('Removing…', 'removed', () => ask('DELETE', `${data.address}?userId=${encodeURIComponent(data.userId)}`, null, 'The picture was refused'))

  const button = (word, name, act) => makeButton(word, name, act, Boolean(draft.busy))
  const picker = () =>
    makePicker({
      accept: data.types.join(','),
      label: data.hasPicture ? 'Choose another picture' : 'Choose a picture',
      icon: 'add_photo_alternate',
      words: 'Choose a picture or drop one here',
      most: `JPEG, PNG, WebP or GIF, at most ${sized(data.largest)}`,
      disabled: draft.busy,
      choose,
    })
  const makePreview = () => {
    const shown = make('div', 'chosen')
    const image = make('img', 'ava s96')
    image.src = draft.preview
    image.alt = 'The chosen picture'
    image.onerror = () => {
      draft.problem = 'This file is not a picture that the browser can show. Choose another one.'
      draft.file = null
      draft.preview = ''
      draw()
    }
    const words = make('div')
    words.append(make('b', '', draft.file.name), make('small', '', `${NAMES[draft.file.type]}, ${sized(draft.file.size)}`))
    shown.append(image, words)
    return shown
  }
  const draw = () => {
    const ends = make('div', 'ends')
    const status = make('p', 'sr', draft.busy)
    status.role = 'status'
    if (draft.file) {
      const putBack = () => {
        URL.revokeObjectURL(draft.preview)
        Object.assign(draft, { file: null, preview: '', problem: '' })
        draw()
      }
      ends.append(button('Choose another', 'plain', putBack), button(draft.busy || 'Save picture', 'plain first', save))
    } else if (data.hasPicture) {
      ends.append(button(draft.busy || 'Remove picture', 'plain bad', remove))
    }
    const pieces = [draft.file ? makePreview() : picker(), ends, status]
    if (draft.problem) pieces.splice(1, 0, makeProblem(draft.problem))
    root.replaceChildren(...pieces)
  }
  draw()
}
