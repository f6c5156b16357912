import ipaddr from 'ipaddr.js'
import { fail } from './errors.ts'
import { isPublicAddress, LOCAL_NAME, privateTargetsAllowed } from './safe-fetch.ts'

const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443, 'socks5:': 1080, 'socks5h:': 1080 }

/** A proxy as it is reached: `kind` is what is spoken to it, user name and password are decoded. */
export type ProxyAddress = {
  kind: 'http' | 'https' | 'socks5'
  host: string
  port: number
  username?: string
  password?: string
}

/**
 * The proxy that a URL names: `http`, `https` or `socks5`, with or without user name and password. Names are not resolved here;
 * the connection checks the address it is about to use. Throws `unsafe_url`.
 */
export const parseProxyUrl = (text: string, allowPrivate = privateTargetsAllowed()): ProxyAddress => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const port = url && DEFAULT_PORTS[url.protocol]
  if (!url || port === undefined || !url.hostname) {
    throw fail('unsafe_url', {
      message: 'The proxy URL has the form http://, https:// or socks5://[user:pass@]host:port.',
    })
  }
  const host = url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  const isForbidden = ipaddr.isValid(host) ? !isPublicAddress(host) : LOCAL_NAME.test(host)
  if (isForbidden && !allowPrivate) {
    throw fail('unsafe_url', { message: 'The proxy has to be at a public address.' })
  }
  const username = decoded(url.username)
  const password = decoded(url.password)
  return {
    kind: url.protocol === 'http:' ? 'http' : url.protocol === 'https:' ? 'https' : 'socks5',
    host,
    port: url.port ? Number(url.port) : port,
    ...(username && { username }),
    ...(password && { password }),
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
