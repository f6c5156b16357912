import type { Write } from '#data/table.ts'
import { isoTime } from '#kit/clock.ts'
import type { Context } from '#kit/context.ts'
import { encryptAtRest, tokenHash } from '#kit/crypto.ts'
import { fail } from '#kit/errors.ts'
import { credentialWrite, findStoredCredential, removeCredentialWrite } from '../credentials/repo.ts'
import type { Device } from './model.ts'
import { deviceKey } from './repo.ts'

/**
 * Gives a device another name, another token, or both, in one write. The old token stops working with it. Throws `token_taken`, and
 * `conflict` when somebody else changed name or token since `device` was read.
 */
export const changeIdentity = async (
  ctx: Context,
  device: Device,
  change: { name?: string; token?: string },
): Promise<void> => {
  const { name = device.name, token } = change
  const hash = token === undefined ? device.tokenHash : await tokenHash(token)
  const tokenCipher = token === undefined ? undefined : await encryptAtRest(token, device.id)
  const writes: Write[] = [
    {
      update: deviceKey(device.id),
      set: { name, tokenHash: hash, tokenCipher },
      condition: {
        text: '#tokenHash = :hash AND #name = :name AND attribute_not_exists(#deletedAt)',
        values: { hash: device.tokenHash, name: device.name },
      },
    },
  ]
  if (token !== undefined) {
    const before = await findStoredCredential(ctx, device.tokenHash)
    if (!before) throw fail('conflict')
    const createdAt = isoTime(ctx.clock.nowMs())
    writes.push(credentialWrite(hash, { ...before, name, createdAt }), removeCredentialWrite(device.tokenHash))
  }
  const outcome = await ctx.main.transact(writes)
  if (outcome.ok) return
  throw fail(outcome.lost.includes(0) ? 'conflict' : 'token_taken')
}
