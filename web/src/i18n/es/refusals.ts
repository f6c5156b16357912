import type { refusals as english } from '../en/refusals.ts'
import type { Translated } from '../texts.ts'

/** Why WhatsApp refused a message, by its code, in Spanish. */
export const refusals: Translated<typeof english> = {
  401: 'WhatsApp no deja que este número escriba en el chat: no es miembro.',
  403: 'WhatsApp no deja que este número escriba en el chat.',
  404: 'El chat no existe.',
  405: 'WhatsApp no acepta esta forma de mensaje de este número.',
  420: 'WhatsApp no deja que este número añada miembros o escriba en el grupo.',
  463: 'WhatsApp rechaza los mensajes de este número a personas que no han escrito antes. Seguir enviando lo empeora.',
  473: 'WhatsApp no acepta esta forma de mensaje de este número.',
  479: 'WhatsApp no aceptó la forma del mensaje. Envíalo de nuevo.',
}
