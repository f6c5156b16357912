import type { proto } from '@whiskeysockets/baileys'
import { withoutGaps } from './facts.ts'
import type { NormalMessage } from './normalise.ts'

type Params = Record<string, unknown>

/** Parameters of a native flow; undefined for what is no JSON object. Their sender writes them as he likes. */
const paramsOf = (json: string | null | undefined): Params | undefined => {
  try {
    const value: unknown = JSON.parse(json ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : undefined
  } catch {
    return undefined
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

/** Names of native flows whose answer is a chosen row, a pressed button, or a filled-in form. */
const ANSWERS: Readonly<Record<string, string>> = {
  single_select: 'list',
  menu_options: 'list',
  quick_reply: 'button',
  cta_reply: 'button',
}

/**
 * An answer to a message with native buttons. Clients write the row of a list either as `id` or, as the older lists did, as
 * `selectedRowId`; the title stands beside it or is the words of the message.
 */
const describeFlow = (flow: proto.Message.IInteractiveResponseMessage): NormalMessage => {
  const { name, paramsJson } = flow.nativeFlowResponseMessage ?? {}
  const params = paramsOf(paramsJson)
  const id = textOf(params?.id) ?? textOf(params?.selectedRowId) ?? textOf(params?.selected_row_id)
  const title = textOf(params?.title) ?? textOf(params?.display_text)
  const type = ANSWERS[name ?? ''] ?? 'flow'
  return {
    kind: 'interactive',
    text: textOf(flow.body?.text) ?? title,
    payload: withoutGaps({ type, id, title, description: textOf(params?.description), name, params: paramsJson }),
  }
}

/** Answers to buttons, lists, templates and native flows: which one was chosen. */
export const describeAnswers = (message: proto.IMessage): NormalMessage | undefined => {
  const button = message.buttonsResponseMessage
  if (button) {
    const payload = withoutGaps({ type: 'button', id: button.selectedButtonId })
    return { kind: 'interactive', text: button.selectedDisplayText ?? undefined, payload }
  }
  const row = message.listResponseMessage
  if (row) {
    const { selectedRowId: id } = row.singleSelectReply ?? {}
    const payload = withoutGaps({ type: 'list', id, title: row.title, description: row.description })
    return { kind: 'interactive', text: row.title ?? undefined, payload }
  }
  const template = message.templateButtonReplyMessage
  if (template) {
    const payload = withoutGaps({ type: 'template', id: template.selectedId, index: template.selectedIndex })
    return { kind: 'interactive', text: template.selectedDisplayText ?? undefined, payload }
  }
  return message.interactiveResponseMessage ? describeFlow(message.interactiveResponseMessage) : undefined
}
