import { type BinaryNode, proto } from '@whiskeysockets/baileys'
import type { Panel, PanelHeader } from '#domains/commands/content/structured.ts'
import type { MessageContent } from '#domains/commands/model.ts'
import { type ContentPorts, mediaMessage } from './media-content.ts'

type Interactive = Extract<MessageContent, { kind: 'interactive' }>

const { CarouselCardType } = proto.Message.InteractiveMessage.CarouselMessage

const FIRST_VERSION = 1

const headerOf = async (
  { title, subtitle, header }: Panel,
  ports: ContentPorts,
): Promise<proto.Message.InteractiveMessage.IHeader | undefined> => {
  if (!header) return title || subtitle ? { title, subtitle, hasMediaAttachment: false } : undefined
  return { title, subtitle, hasMediaAttachment: true, ...(await fileOf(header, ports)) }
}

const fileOf = async (
  { kind, media, caption }: PanelHeader,
  ports: ContentPorts,
): Promise<proto.Message.InteractiveMessage.IHeader> => {
  const { imageMessage, videoMessage, documentMessage } = await mediaMessage({ kind, media, caption }, ports)
  return { imageMessage, videoMessage, documentMessage }
}

const panelMessage = async (panel: Panel, ports: ContentPorts): Promise<proto.Message.IInteractiveMessage> => ({
  header: await headerOf(panel, ports),
  body: panel.text === undefined ? undefined : { text: panel.text },
  footer: panel.footer === undefined ? undefined : { text: panel.footer },
})

const nativeFlow = ({ buttons, version, params }: Panel): proto.Message.InteractiveMessage.INativeFlowMessage => ({
  buttons: buttons.map((button) => ({ name: button.name, buttonParamsJson: button.params })),
  messageParamsJson: params,
  messageVersion: version ?? FIRST_VERSION,
})

/**
 * Buttons, a list, a form or a carousel as WhatsApp's interactive message; files above the words are uploaded on the way.
 * It stands in the message directly: inside a view-once envelope, as older clients sent it, WhatsApp Web and Desktop leave the
 * buttons out (Evolution API, pull request 2526).
 */
export const interactiveMessage = async (
  { panel, cards }: Interactive,
  ports: ContentPorts,
): Promise<proto.IMessage> => {
  const message = await panelMessage(panel, ports)
  if (!cards) return { interactiveMessage: { ...message, nativeFlowMessage: nativeFlow(panel) } }
  const shown: proto.Message.IInteractiveMessage[] = []
  for (const card of cards) shown.push({ ...(await panelMessage(card, ports)), nativeFlowMessage: nativeFlow(card) })
  const carouselMessage = {
    cards: shown,
    messageVersion: FIRST_VERSION,
    carouselCardType: CarouselCardType.HSCROLL_CARDS,
  }
  return { interactiveMessage: { ...message, carouselMessage } }
}

/** What the stanza calls a message whose first button is of the payments family (whatsapp-rust, issue 1132; Baileys forks agree). */
const PAYMENTS: Record<string, string> = {
  payment_info: 'payment_info',
  review_and_pay: 'order_details',
  review_order: 'order_status',
  payment_status: 'payment_status',
  payment_method: 'payment_method',
}

/** Seconds that clients take off the present time in this attribute; nobody knows why, the service takes it (whatsapp-rust). */
const PRIVACY_OFFSET = 77_980_457

const node = (tag: string, attrs: Record<string, string>, content?: BinaryNode[]): BinaryNode => ({
  tag,
  attrs,
  content,
})

/**
 * What the stanza of an interactive message has to say beside the encrypted message, at `nowMs`. WhatsApp publishes none of it.
 * Measured by others on real phones (whatsmeow, pull request 1235; whatsapp-rust, issues 1132 and 1133): without `biz` the message
 * is acknowledged and no phone shows it; with an empty `interactive` the acknowledgement is 479; with the name of the button
 * instead of `mixed` it is 405 or 473; the older lists and buttons are refused with 405. Payments are named in an attribute. In a
 * chat of two a `bot` stands before it. Whether a phone shows a payment also depends on its country and account.
 */
export const interactiveNodes = ({ panel }: Interactive, to: string, nowMs: number): BinaryNode[] => {
  const common = {
    actual_actors: '2',
    host_storage: '2',
    privacy_mode_ts: String(Math.floor(nowMs / 1000) - PRIVACY_OFFSET),
  }
  const payment = PAYMENTS[panel.buttons[0]?.name ?? '']
  const biz = payment
    ? node('biz', { ...common, native_flow_name: payment })
    : node('biz', common, [
        node('interactive', { type: 'native_flow', v: '1' }, [node('native_flow', { v: '9', name: 'mixed' })]),
        node('quality_control', { source_type: 'third_party' }),
      ])
  return to.endsWith('@g.us') ? [biz] : [node('bot', { biz_bot: '1' }), biz]
}
