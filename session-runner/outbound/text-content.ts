import { proto } from '@whiskeysockets/baileys'
import type { MessageContent } from '#domains/commands/model.ts'

type Text = Extract<MessageContent, { kind: 'text' }>

/** Encodes words, with the preview of the page they link to (fields as Baileys' `generateWAMessageContent` sets them). */
export const textMessage = ({ text, style, preview }: Text): proto.IMessage => ({
  extendedTextMessage: {
    text,
    ...style,
    ...(preview && {
      matchedText: preview.url,
      title: preview.title,
      description: preview.description,
      jpegThumbnail: preview.thumbnail === undefined ? undefined : Buffer.from(preview.thumbnail, 'base64'),
      previewType: proto.Message.ExtendedTextMessage.PreviewType.NONE,
    }),
  },
})
