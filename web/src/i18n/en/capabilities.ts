/** What each capability is called, and what it allows, in English. */
export const capabilities = {
  'chats.send': { name: 'Answer chats', text: 'Write, react and work on conversations of the own inboxes.' },
  'contacts.write': { name: 'Edit contacts', text: 'Add, change and delete contacts and labels.' },
  'inbox.view_all': {
    name: 'See all inboxes',
    text: 'See every device and conversation, not only those of the own inboxes.',
  },
  'inbox.manage': {
    name: 'Manage inboxes',
    text: 'Make inboxes and say which devices and people are in them, oneself included.',
  },
  'devices.manage': { name: 'Manage devices', text: 'Pair, connect, disconnect and remove WhatsApp devices.' },
  'broadcasts.manage': { name: 'Manage broadcasts', text: 'Plan, start and stop messages to many people.' },
  'analytics.view': { name: 'See analytics', text: 'See numbers about messages, devices and the team.' },
  'team.manage': {
    name: 'Manage users and roles',
    text: 'Add and remove users, set passwords and say what roles allow. Somebody always has it.',
  },
  'integrations.manage': {
    name: 'Manage webhooks',
    text: 'Say which addresses get messages and events, and send deliveries again.',
  },
  'keys.manage': { name: 'Manage API keys', text: 'Create and revoke API keys, client credentials and tokens.' },
  'settings.manage': { name: 'Manage settings', text: 'Change settings of the organisation.' },
  'templates.manage': { name: 'Manage templates', text: 'Write and change prepared texts.' },
  'bot.manage': { name: 'Manage bots', text: 'Set up automatic answers.' },
  'billing.manage': { name: 'Manage billing', text: 'See and change plan and payment.' },
  'messages.recover': { name: 'Recover messages', text: 'Read messages that were deleted.' },
}
