// A WebSocket API answers at the root of its stage only. The path the client asked for travels on in a header, since it
// says which kind of socket it wants.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name.
function handler(event) {
  var request = event.request
  request.headers['x-switchboard-path'] = { value: request.uri }
  request.uri = '/live'
  return request
}
