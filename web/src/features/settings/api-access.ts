import { useQuery } from '@tanstack/react-query'
import type { operation as changePassword } from '#functions/api/auth/change-password.ts'
import type { operation as changeProfile } from '#functions/api/auth/change-profile.ts'
import type { operation as changeKey } from '#functions/api/keys/change-key.ts'
import type { operation as createClient } from '#functions/api/keys/create-client.ts'
import type { operation as createClientToken } from '#functions/api/keys/create-client-token.ts'
import type { operation as createKey } from '#functions/api/keys/create-key.ts'
import type { operation as deleteClient } from '#functions/api/keys/delete-client.ts'
import type { operation as deleteClientToken } from '#functions/api/keys/delete-client-token.ts'
import type { operation as deleteKey } from '#functions/api/keys/delete-key.ts'
import type { operation as listClientTokens } from '#functions/api/keys/list-client-tokens.ts'
import type { operation as listClients } from '#functions/api/keys/list-clients.ts'
import type { operation as listKeys } from '#functions/api/keys/list-keys.ts'
import type { operation as createWebhook } from '#functions/api/workspace/create-webhook.ts'
import type { operation as deleteWebhook } from '#functions/api/workspace/delete-webhook.ts'
import type { operation as listWebhookDeliveries } from '#functions/api/workspace/list-webhook-deliveries.ts'
import type { operation as listWebhooks } from '#functions/api/workspace/list-webhooks.ts'
import type { operation as repeatDelivery } from '#functions/api/workspace/repeat-webhook-delivery.ts'
import { type AnswerOf, endpoint } from '../../lib/api.ts'
import { SETTINGS } from './api.ts'

/** An API key as it is listed. */
export type KeyRow = AnswerOf<typeof listKeys>[number]
/** A client credential as it is listed. */
export type ClientRow = AnswerOf<typeof listClients>[number]
/** A token of a client credential as it is listed. */
export type TokenRow = AnswerOf<typeof listClientTokens>[number]
/** A webhook as it is listed. */
export type WebhookRow = AnswerOf<typeof listWebhooks>[number]
/** A delivery that did not succeed at once. */
export type DeliveryRow = AnswerOf<typeof listWebhookDeliveries>[number]

const listKeysCall = endpoint<typeof listKeys>('cx GET /api/v1/api-keys')
const listClientsCall = endpoint<typeof listClients>('own GET /api/v1/client-credentials')
const listTokensCall = endpoint<typeof listClientTokens>('own GET /api/v1/client-credentials/{clientId}/tokens')
const listWebhooksCall = endpoint<typeof listWebhooks>('ceox GET /api/v1/webhooks')
const listDeliveriesCall = endpoint<typeof listWebhookDeliveries>('own GET /api/v1/webhooks/{id}/deliveries')

export const changeProfileCall = endpoint<typeof changeProfile>('cx PATCH /api/v1/profile')
export const changePasswordCall = endpoint<typeof changePassword>('cx POST /api/v1/profile/change-password')
export const createKeyCall = endpoint<typeof createKey>('cx POST /api/v1/api-keys')
export const changeKeyCall = endpoint<typeof changeKey>('cx PATCH /api/v1/api-keys/{id}')
export const deleteKeyCall = endpoint<typeof deleteKey>('cx DELETE /api/v1/api-keys/{id}')
export const createClientCall = endpoint<typeof createClient>('own POST /api/v1/client-credentials')
export const deleteClientCall = endpoint<typeof deleteClient>('own DELETE /api/v1/client-credentials/{clientId}')
export const createTokenCall = endpoint<typeof createClientToken>(
  'own POST /api/v1/client-credentials/{clientId}/tokens',
)
export const deleteTokenCall = endpoint<typeof deleteClientToken>(
  'own DELETE /api/v1/client-credentials/{clientId}/tokens/{tokenId}',
)
export const createWebhookCall = endpoint<typeof createWebhook>('ceox POST /api/v1/webhooks')
export const deleteWebhookCall = endpoint<typeof deleteWebhook>('ceox DELETE /api/v1/webhooks/{id}')
export const repeatDeliveryCall = endpoint<typeof repeatDelivery>(
  'own POST /api/v1/webhooks/{id}/deliveries/{eventId}/repeat',
)

/** The API keys. */
export const useKeys = () =>
  useQuery({ queryKey: [...SETTINGS, 'keys'], queryFn: ({ signal }) => listKeysCall({ signal }) })

/** The client credentials. */
export const useClients = () =>
  useQuery({ queryKey: [...SETTINGS, 'clients'], queryFn: ({ signal }) => listClientsCall({ signal }) })

/** Tokens of one client credential. */
export const useTokens = (clientId: string) =>
  useQuery({
    queryKey: [...SETTINGS, 'clients', clientId, 'tokens'],
    queryFn: ({ signal }) => listTokensCall({ params: { clientId }, signal }),
  })

/** The webhooks of the organisation. */
export const useWebhooks = () =>
  useQuery({ queryKey: [...SETTINGS, 'webhooks'], queryFn: ({ signal }) => listWebhooksCall({ signal }) })

/** While a delivery waits for its next attempt, the list is read again this often. */
const LOOK_EVERY_MS = 5000

/** Deliveries of one webhook that did not succeed at once. */
export const useDeliveries = (id: string) =>
  useQuery({
    queryKey: [...SETTINGS, 'webhooks', id, 'deliveries'],
    queryFn: ({ signal }) => listDeliveriesCall({ params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data?.some((row) => row.state === 'retrying') ? LOOK_EVERY_MS : false),
  })
