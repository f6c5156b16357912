// Lambda takes a request of 6 MB. Text travels in it as it is; everything else as base64, which adds a third. What is
// larger would be answered by API Gateway without a word about what to do instead.
var TEXT_LIMIT = 5800000
var BINARY_LIMIT = 4300000
var TEXT = /^(application\/(.*\+)?(json|xml|javascript|x-www-form-urlencoded)|text\/)/i

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by its name.
function handler(event) {
  var request = event.request
  var length = request.headers['content-length']
  var type = request.headers['content-type']
  var limit = type && TEXT.test(type.value) ? TEXT_LIMIT : BINARY_LIMIT
  if (!length || Number(length.value) <= limit) return request
  var text = 'The body is too large. Upload the file with POST /api/v1/uploads and send its id instead.'
  return {
    statusCode: 413,
    statusDescription: 'Payload Too Large',
    headers: {
      'content-type': { value: 'application/json' },
      'cache-control': { value: 'no-store' },
      // API Gateway adds it to every other answer; without it a browser would not show this one to its page.
      'access-control-allow-origin': { value: '*' },
    },
    body: JSON.stringify(inFormOf(request, text)),
  }
}

// The form of the document that owns the path, as the functions behind it answer.
function inFormOf(request, text) {
  var authorization = request.headers.authorization ? request.headers.authorization.value : ''
  if (request.uri.indexOf('/api/') !== 0) return { code: 413, error: text, success: false }
  if (request.uri.indexOf('/api/v1/') !== 0) return { status: false, message: text, code: 'payload_too_large' }
  if (/^(ceox_|basic |bearer mt_)/i.test(authorization)) return { error: text, code: 'payload_too_large' }
  return { error: { code: 'payload_too_large', message: text } }
}
