/**
 * What pages of other origins may do. Credentials travel in headers, never in cookies, so any origin may ask: it gets what its
 * own credential allows.
 */
export const CORS = {
  headers: ['Authorization', 'token', 'apikey', 'Content-Type', 'Idempotency-Key', 'Prefer', 'Range', 'If-None-Match'],
  exposed: [
    'Content-Disposition',
    'Content-Length',
    'Content-Range',
    'ETag',
    'Link',
    'Retry-After',
    'X-Next-Cursor',
    'X-Request-Id',
  ],
  maxAgeSeconds: 3600,
} as const
