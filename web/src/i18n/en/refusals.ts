/** Why WhatsApp refused a message, by its code, in English. */
export const refusals = {
  401: 'WhatsApp does not let this number write to the chat: it is no member.',
  403: 'WhatsApp does not let this number write to the chat.',
  404: 'The chat does not exist.',
  405: 'WhatsApp does not take this form of message from this number.',
  420: 'WhatsApp does not let this number add members or write to the group.',
  463: 'WhatsApp refuses messages from this number to people who have not written first. Sending on makes it worse.',
  473: 'WhatsApp does not take this form of message from this number.',
  479: 'WhatsApp did not accept the form of the message. Send it again.',
}
