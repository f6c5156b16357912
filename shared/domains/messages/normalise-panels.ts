import type { proto } from '@whiskeysockets/baileys'
import { withoutGaps } from './facts.ts'
import type { NormalMessage } from './normalise.ts'
import { describeMedia } from './normalise-media.ts'

type Shown = { title?: string | null; subtitle?: string | null; text?: string | null; footer?: string | null }
type Button = { name: string; params: unknown }

/** The values that the parameters of a button stand for; what is no JSON stays as it is. */
const paramsOf = (json: string | null | undefined): unknown => {
  try {
    return JSON.parse(json ?? '{}')
  } catch {
    return json
  }
}

const interactive = (
  form: string,
  shown: Shown,
  buttons: Button[],
  more: Record<string, unknown> = {},
): NormalMessage => ({
  kind: 'interactive',
  text: shown.text || shown.title || undefined,
  payload: withoutGaps({ form, ...shown, ...more, buttons }),
})

/** The file above the words, where there is one. */
const withFile = (content: NormalMessage, above: proto.IMessage | null | undefined): NormalMessage => {
  const media = above ? describeMedia(above)?.media : undefined
  return media ? { ...content, media, payload: { ...content.payload, header: { kind: media.type } } } : content
}

const nativeButtons = (flow: proto.Message.InteractiveMessage.INativeFlowMessage | null | undefined): Button[] =>
  (flow?.buttons ?? []).map(({ name, buttonParamsJson }) => ({ name: name ?? '', params: paramsOf(buttonParamsJson) }))

const shownOf = ({ header, body, footer }: proto.Message.IInteractiveMessage): Shown => ({
  title: header?.title,
  subtitle: header?.subtitle,
  text: body?.text,
  footer: footer?.text,
})

const describeInteractive = (message: proto.Message.IInteractiveMessage): NormalMessage => {
  const { carouselMessage, nativeFlowMessage, collectionMessage, shopStorefrontMessage, header } = message
  const buttons = nativeButtons(nativeFlowMessage)
  const cards = carouselMessage?.cards?.map((card) =>
    withoutGaps({ ...shownOf(card), buttons: nativeButtons(card.nativeFlowMessage) }),
  )
  const isList = buttons.some(({ name }) => name === 'single_select')
  const form = cards ? 'carousel' : isList ? 'list' : buttons.length > 0 ? 'buttons' : 'flow'
  const shop = collectionMessage?.id ?? shopStorefrontMessage?.id
  return withFile(interactive(form, shownOf(message), buttons, { cards, shop }), header as proto.IMessage | null)
}

const describeButtons = (message: proto.Message.IButtonsMessage): NormalMessage => {
  const buttons = (message.buttons ?? []).map(({ buttonId, buttonText }) => ({
    name: 'quick_reply',
    params: { id: buttonId, display_text: buttonText?.displayText },
  }))
  const shown = { title: message.text, text: message.contentText, footer: message.footerText }
  return withFile(interactive('buttons', shown, buttons), message as proto.IMessage)
}

const describeList = (message: proto.Message.IListMessage): NormalMessage => {
  const sections = (message.sections ?? []).map(({ title, rows }) => ({
    title,
    rows: (rows ?? []).map((row) => withoutGaps({ id: row.rowId, title: row.title, description: row.description })),
  }))
  const shown = { title: message.title, text: message.description, footer: message.footerText }
  return interactive('list', shown, [{ name: 'single_select', params: { title: message.buttonText, sections } }])
}

const templateButton = (one: proto.IHydratedTemplateButton): Button => {
  const { quickReplyButton: reply, urlButton: url, callButton: call } = one
  if (url) return { name: 'cta_url', params: { display_text: url.displayText, url: url.url } }
  if (call) return { name: 'cta_call', params: { display_text: call.displayText, phone_number: call.phoneNumber } }
  return { name: 'quick_reply', params: { display_text: reply?.displayText, id: reply?.id } }
}

const describeTemplate = (message: proto.Message.ITemplateMessage): NormalMessage | undefined => {
  if (message.interactiveMessageTemplate) return describeInteractive(message.interactiveMessageTemplate)
  const rows = message.hydratedFourRowTemplate ?? message.hydratedTemplate
  if (!rows) return undefined
  const shown = { title: rows.hydratedTitleText, text: rows.hydratedContentText, footer: rows.hydratedFooterText }
  const content = interactive('buttons', shown, (rows.hydratedButtons ?? []).map(templateButton))
  return withFile(content, rows as proto.IMessage)
}

/**
 * Words with buttons, a list, a form or cards, in whichever of WhatsApp's forms they came; stored as those that are sent from
 * here. A file above the words is the message's media.
 */
export const describePanel = (message: proto.IMessage): NormalMessage | undefined => {
  const { interactiveMessage, buttonsMessage, listMessage, templateMessage, highlyStructuredMessage } = message
  if (interactiveMessage) return describeInteractive(interactiveMessage)
  if (buttonsMessage) return describeButtons(buttonsMessage)
  if (listMessage) return describeList(listMessage)
  const template = templateMessage ?? highlyStructuredMessage?.hydratedHsm
  return template ? describeTemplate(template) : undefined
}
