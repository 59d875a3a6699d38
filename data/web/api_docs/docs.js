/* Draws the description of the API. Requests made here carry the session cookie, or the token given to "Authorize". */

const answer = await fetch('/api/openapi.json', { credentials: 'same-origin' })
const description = await answer.json()

window.SwaggerUIBundle({
  spec: { ...description, openapi: '3.0.3' }, // this version draws 3.1 too, but only under the older number
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null, // asks nobody outside
  displayRequestDuration: true,
})
