// The dashboard is one page: every address of it is that page, and only what lies below /assets is a file.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name.
function handler(event) {
  var request = event.request
  if (request.uri.indexOf('/assets/') !== 0) request.uri = '/index.html'
  return request
}
