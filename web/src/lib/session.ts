import type { z } from 'zod'
import type { operation as logIn } from '#functions/api/auth/log-in.ts'
import type { operation as refreshSession } from '#functions/api/auth/refresh-session.ts'
import { ApiError } from './api-error.ts'
import { request } from './request.ts'
import { createStore } from './store.ts'

/*
 * The session of this browser. The access token lives in memory only; the refresh token is a cookie that scripts cannot read.
 */

/** Whether somebody is signed in. `ended` is true when a session ended by itself, so that the sign-in page can say so. */
export type SessionState = { status: 'unknown' } | { status: 'out'; ended: boolean } | { status: 'in' }

type Tokens = z.output<(typeof refreshSession)['output']>

/** What signing in answers. */
export type SignedIn = z.output<(typeof logIn)['output']>

/** A token this close to its end is renewed before it is used. */
const RENEW_BEFORE_MS = 60_000
/** Set while this browser may have a session, so that a first visit asks for none. */
const MARK_KEY = 'switchboard.session'

const store = createStore<SessionState>({ status: 'unknown' })
let access: { token: string; expiresMs: number } | undefined
/** Counts up with every sign-in and sign-out: an answer to an older question changes nothing. */
let generation = 0

let channel: BroadcastChannel | undefined

/** Listens to other tabs: who signs out there is signed out here, and who signs in there is asked about here. */
export const watchOtherTabs = (): void => {
  channel = new BroadcastChannel('switchboard.session')
  channel.addEventListener('message', ({ data }) => {
    if (data === 'out') forget(false)
    if (data === 'in' && store.get().status === 'out') store.set({ status: 'unknown' })
  })
}

/** The state of the session, for components by `useStore` and for everything else. */
export const sessionStore = store

const keep = (tokens: Tokens): void => {
  access = { token: tokens.accessToken, expiresMs: Date.now() + tokens.expiresIn * 1000 }
  localStorage.setItem(MARK_KEY, '1')
  if (store.get().status !== 'in') store.set({ status: 'in' })
}

const forget = (ended: boolean): void => {
  generation += 1
  access = undefined
  localStorage.removeItem(MARK_KEY)
  store.set({ status: 'out', ended })
}

/** Other answers than these say nothing about the session: the server may be busy or away. */
const endsSession = (error: unknown): boolean =>
  error instanceof ApiError && [400, 401, 403, 404, 423].includes(error.status)

let renewing: Promise<string> | undefined

/** Renews the access token: once at a time in this tab, and one tab after the other. */
const renew = (): Promise<string> => {
  renewing ??= navigator.locks.request('switchboard.refresh', exchange).finally(() => {
    renewing = undefined
  })
  return renewing
}

const exchange = async (): Promise<string> => {
  const asked = generation
  try {
    const answer = await request({ method: 'POST', path: '/api/v1/auth/refresh', body: {} })
    const { data: tokens } = answer as { data: Tokens }
    if (asked === generation) keep(tokens)
    return tokens.accessToken
  } catch (error) {
    if (asked === generation && endsSession(error)) forget(store.get().status === 'in')
    throw error
  }
}

/** A token that is good for a request now. Rejects with an ApiError when there is no session or no connection. */
export const accessToken = async (): Promise<string> => {
  if (access && access.expiresMs - Date.now() > RENEW_BEFORE_MS) return access.token
  return renew()
}

/** A token in place of one that the server refused. */
export const replaceToken = (refused: string): Promise<string> => {
  if (access?.token === refused) access = undefined
  return accessToken()
}

/** Finds out whether this browser has a session. Rejects when that cannot be told, for example without a network. */
export const restoreSession = async (): Promise<void> => {
  if (localStorage.getItem(MARK_KEY) === null) return forget(false)
  await renew().catch((error: unknown) => {
    if (!endsSession(error)) throw error
  })
}

/** Takes over the session that a sign-in or a code answered. */
export const beginSession = ({ tokens }: SignedIn): void => {
  generation += 1
  keep(tokens)
  channel?.postMessage('in')
}

/** Ends the session here, in other tabs, and at the server as far as it can be reached. */
export const endSession = async (): Promise<void> => {
  forget(false)
  channel?.postMessage('out')
  await request({ method: 'POST', path: '/api/v1/auth/logout', body: {} }).catch(() => undefined)
}
