/* What our components ask the API for. */

const sized = (bytes) =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)}\u00a0KB` : `${(bytes / 1024 / 1024).toFixed(1)}\u00a0MB`

/* The API's answer, or an Error with its words; `refused` begins the sentence where it has none. */
const ask = async (method, address, body, refused) => {
  let answer
  try {
    answer = await fetch(address, {
      method,
      credentials: 'same-origin',
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    })
  } catch {
    throw new Error('The dashboard did not answer. Check the connection and try again.')
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json()
  const { error } = await answer.json().catch(() => ({ error: null }))
  const fields = Object.values(error?.fields ?? {}).join(' ')
  throw new Error(fields || error?.message || `${refused} (${answer.status}). Try another one.`)
}
