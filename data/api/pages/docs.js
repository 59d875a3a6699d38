/* Draws the description of the API. Requests made here carry the session cookie, or the token given to "Authorize". */

window.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null, // asks nobody outside
  displayRequestDuration: true,
})
