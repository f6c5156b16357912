import type { operation as logIn } from '#functions/api/auth/log-in.ts'
import type { operation as requestCode } from '#functions/api/auth/request-code.ts'
import type { operation as setPassword } from '#functions/api/auth/set-password.ts'
import type { operation as verifyCode } from '#functions/api/auth/verify-code.ts'
import { endpoint } from '../../lib/api.ts'
import type { SignedIn } from '../../lib/session.ts'

/** The form of answers that the dashboard reads, and the refresh token as a cookie that scripts cannot read. */
const OURS = { surface: 'ceox', cookie: true } as const

const logInCall = endpoint<typeof logIn>('cx POST /api/v1/auth/login', { public: true })
const verifyCodeCall = endpoint<typeof verifyCode>('cx POST /api/v1/auth/verify-code', { public: true })

/** Signs in with a password. */
export const logInWithPassword = (email: string, password: string): Promise<SignedIn> =>
  logInCall({ body: { email, password, ...OURS } })

/** Signs in with the code that was sent. */
export const logInWithCode = (email: string, code: string): Promise<SignedIn> =>
  verifyCodeCall({ body: { email, code, ...OURS } })

/** Has a code sent to an address, if it has an account; the answer is the same when it has none. */
export const requestCodeCall = endpoint<typeof requestCode>('cx POST /api/v1/auth/request-code', { public: true })

/** Sets the password of the signed-in user. */
export const setPasswordCall = endpoint<typeof setPassword>('cx POST /api/v1/auth/set-password')
