import type { AccessRequest } from '../iam.ts'
import type { OutgoingRequest } from './request-targets.ts'

/** What an S3 request with the bucket in its path would do. */
export function s3Targets(request: OutgoingRequest): AccessRequest[] {
  const [path, queryText] = request.path.split('?') as [string, string | undefined]
  const [, bucket = '', ...rest] = path.split('/')
  const key = decodeURIComponent(rest.join('/'))
  const query = new URLSearchParams(queryText ?? '')
  if (!bucket) return [{ action: 's3:ListAllMyBuckets', resource: '*' }]
  if (!key) return [{ action: bucketAction(request.method, query), resource: bucketResource(bucket, request, query) }]
  const target = { action: objectAction(request.method, query), resource: `arn:aws:s3:::${bucket}/${key}` }
  const source = request.header('x-amz-copy-source')
  if (!source) return [target]
  const from = decodeURIComponent(source).replace(/^\//, '').split('?')[0]
  return [target, { action: 's3:GetObject', resource: `arn:aws:s3:::${from}` }]
}

function objectAction(method: string, query: URLSearchParams): string {
  if (query.has('tagging')) return `s3:${method === 'GET' ? 'Get' : 'Put'}ObjectTagging`
  if (query.has('attributes')) return 's3:GetObjectAttributes'
  if (method === 'DELETE') return query.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject'
  if (method === 'GET' && query.has('uploadId')) return 's3:ListMultipartUploadParts'
  return method === 'GET' || method === 'HEAD' ? 's3:GetObject' : 's3:PutObject'
}

function bucketAction(method: string, query: URLSearchParams): string {
  if (query.has('delete')) return 's3:DeleteObject'
  if (query.has('uploads')) return 's3:ListBucketMultipartUploads'
  if (query.has('location')) return 's3:GetBucketLocation'
  for (const [parameter, name] of [
    ['cors', 'BucketCORS'],
    ['lifecycle', 'LifecycleConfiguration'],
    ['policy', 'BucketPolicy'],
  ] as const) {
    if (query.has(parameter)) return `s3:${method === 'GET' ? 'Get' : 'Put'}${name}`
  }
  if (method === 'PUT') return 's3:CreateBucket'
  return method === 'DELETE' ? 's3:DeleteBucket' : 's3:ListBucket'
}

/** A batch of deletions names its keys in the body, which is not read: the role needs the right for all objects. */
function bucketResource(bucket: string, _request: OutgoingRequest, query: URLSearchParams): string {
  return query.has('delete') ? `arn:aws:s3:::${bucket}/*` : `arn:aws:s3:::${bucket}`
}
