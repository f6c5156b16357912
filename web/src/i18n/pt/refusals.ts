import type { refusals as english } from '../en/refusals.ts'
import type { Translated } from '../texts.ts'

/** Why WhatsApp refused a message, by its code, in Portuguese. */
export const refusals: Translated<typeof english> = {
  401: 'O WhatsApp não deixa este número escrever na conversa: ele não é membro.',
  403: 'O WhatsApp não deixa este número escrever na conversa.',
  404: 'A conversa não existe.',
  405: 'O WhatsApp não aceita esta forma de mensagem deste número.',
  420: 'O WhatsApp não deixa este número adicionar membros nem escrever no grupo.',
  463: 'O WhatsApp recusa as mensagens deste número para quem não escreveu antes. Continuar enviando piora isso.',
  473: 'O WhatsApp não aceita esta forma de mensagem deste número.',
  479: 'O WhatsApp não aceitou a forma da mensagem. Envie-a de novo.',
}
