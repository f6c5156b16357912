import { collectionOf, takePatch } from './app-state.ts'
import { faultTarget } from './faults.ts'
import type { IqAnswer, IqRequest, IqTable } from './iq.ts'
import type { Phone } from './model.ts'
import { type BinaryNode, bytesOf, childOf, childrenNamed, node } from './nodes.ts'
import { onPhone } from './phone.ts'

const PATCHES_PER_ANSWER = 100

/** A patch with one bit of its last MAC flipped. */
function damaged(patch: Uint8Array): Uint8Array {
  const bytes = Buffer.from(patch)
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)
  return bytes
}

/** Everything after the version that the companion has. */
function pull(phone: Phone, name: string, version: number, isDamaged = false): BinaryNode {
  const collection = collectionOf(phone, name)
  if (!collection) return node('collection', { name, type: 'error' }, [node('error', { code: 404, text: 'not-found' })])
  const missing = collection.patches.slice(version, version + PATCHES_PER_ANSWER)
  const reached = version + missing.length
  const more = reached < collection.version ? { has_more_patches: 'true' } : {}
  const attrs = { name, version: collection.version, type: 'result', ...more }
  if (missing.length === 0) return node('collection', attrs)
  return node('collection', attrs, [
    node(
      'patches',
      {},
      missing.map((patch, at) => node('patch', {}, isDamaged && at === missing.length - 1 ? damaged(patch) : patch)),
    ),
  ])
}

/** A patch on an old version is refused with what the companion lacks. */
function conflict(phone: Phone, name: string, version: number): BinaryNode {
  const answer = pull(phone, name, version)
  return {
    ...answer,
    attrs: { ...answer.attrs, type: 'error' },
    content: [node('error', { code: 409, text: 'conflict' }), ...childrenNamed(answer, 'patches')],
  }
}

async function syncCollection({ world, phone, device }: IqRequest, asked: BinaryNode): Promise<BinaryNode> {
  const name = asked.attrs.name ?? ''
  const version = Number(asked.attrs.version ?? 0)
  const patch = childOf(asked, 'patch')
  if (!patch) {
    const isDamaged = world.faults.take('app-state-damaged', faultTarget(device)) !== undefined
    return pull(phone, name, version, isDamaged)
  }
  const outcome = await onPhone(world, phone, () => takePatch(world, device, name, version, bytesOf(patch)))
  if (outcome === 'stale') return conflict(phone, name, version)
  if (outcome === 'invalid') {
    return node('collection', { name, type: 'error' }, [node('error', { code: 400, text: 'bad-request' })])
  }
  return node('collection', { name, version: version + 1, type: 'result' })
}

async function sync(request: IqRequest): Promise<IqAnswer> {
  const answers: BinaryNode[] = []
  for (const asked of childrenNamed(request.child, 'collection')) answers.push(await syncCollection(request, asked))
  return [node('sync', {}, answers)]
}

/** Requests about app state. */
export const appStateRequests: IqTable = { 'w:sync:app:state set sync': sync }
