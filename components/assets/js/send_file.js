/* Choose or drop a file, and send it straight to the store, with progress. One event, `done`, when the store has it. */

const drafts = new WeakMap()
const BUSY = 'The store did not take the file'

/* What is wrong with a file, and the remedy; nothing for a good one. */
const refusal = (file, data) => {
  const name = file.name.toLowerCase()
  if (!data.endings.some((ending) => name.endsWith(ending))) {
    return `${file.name} is no CSV file. In your spreadsheet program save it as “CSV UTF-8” and choose that.`
  }
  if (!file.size) return `${file.name} is empty. Choose another one.`
  if (file.size > data.largest) return `Choose a file of at most ${sized(data.largest)}; this one has ${sized(file.size)}.`
  return ''
}

/* The words for what the store says: it answers in XML. */
const refused = (request) => {
  const code = /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1] ?? ''
  if (code === 'EntityTooLarge' || code === 'EntityTooSmall') return 'The file was changed meanwhile. Choose it again.'
  if (code === 'AccessDenied' || code === 'ExpiredToken') return 'This took too long to be allowed any more. Try again.'
  return `${BUSY} (${code || request.status}). Try again.`
}

/* Post a form to the store; `told` hears how much of it is there. The request, so that it can be stopped. */
const post = (place, file, told) => {
  const request = new XMLHttpRequest()
  const form = new FormData()
  Object.entries(place.fields).forEach(([name, value]) => form.append(name, value))
  form.append('file', file)
  request.sent = new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => told(event.loaded / (event.total || 1))
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(refused(request))))
    request.onerror = () => reject(new Error(`${BUSY}. Check the connection, and that the file is still there; then try again.`))
    request.onabort = () => reject(new Error(''))
  })
  request.open('POST', place.url)
  request.send(form)
  return request
}

export default function ({ data, parentElement, setTriggerValue }) {
  const draft = drafts.get(parentElement) ?? { file: null, problem: '', share: null, request: null }
  drafts.set(parentElement, draft)
  const root = parentElement.querySelector('.sendroot')

  const choose = (file) => {
    if (!file || draft.share !== null) return
    draft.problem = refusal(file, data)
    draft.file = draft.problem ? null : file
    if (draft.file) send()
    else draw()
  }
  const send = async () => {
    const file = draft.file
    Object.assign(draft, { problem: '', share: 0 })
    draw()
    try {
      const place = await ask('POST', data.address, { size: file.size }, 'The file was refused')
      draft.request = post(place, file, show)
      await draft.request.sent
      setTriggerValue('done', { uploadId: place.uploadId, fileName: file.name })
      draft.file = null
    } catch (error) {
      draft.problem = error.message
      if (!draft.problem) draft.file = null
    }
    Object.assign(draft, { share: null, request: null })
    draw()
  }
  const show = (share) => {
    draft.share = share
    const bar = root.querySelector('progress')
    if (!bar) return
    bar.value = share
    root.querySelector('.sending small').textContent = words()
  }
  const words = () => `${sized(draft.share * draft.file.size)} of ${sized(draft.file.size)}`

  const picker = () =>
    makePicker({
      accept: data.endings.join(','),
      label: 'Choose a CSV file',
      icon: 'upload_file',
      words: 'Choose a CSV file or drop one here',
      most: `CSV with comma, semicolon or tab, at most ${sized(data.largest)}`,
      choose,
    })
  const makeSending = () => {
    const shown = make('div', 'sending')
    const bar = make('progress')
    bar.max = 1
    bar.value = draft.share
    bar.ariaLabel = `Sending ${draft.file.name}`
    const stop = makeButton('Cancel', 'plain', () => draft.request?.abort())
    shown.append(make('b', '', `Sending ${draft.file.name}`), make('small', '', words()), bar, stop)
    return shown
  }
  const draw = () => {
    const pieces = [draft.share === null ? picker() : makeSending()]
    if (draft.problem) {
      pieces.push(makeProblem(draft.problem))
      if (draft.file) {
        const ends = make('div', 'ends')
        ends.append(makeButton('Try again', 'plain first', send))
        pieces.push(ends)
      }
    }
    root.replaceChildren(...pieces)
  }
  draw()
}
