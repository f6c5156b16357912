import type { capabilities as english } from '../en/capabilities.ts'
import type { Translated } from '../texts.ts'

/** What each capability is called, and what it allows, in Spanish. */
export const capabilities: Translated<typeof english> = {
  'chats.send': {
    name: 'Responder chats',
    text: 'Escribir, reaccionar y trabajar en las conversaciones de sus bandejas.',
  },
  'contacts.write': { name: 'Editar contactos', text: 'Añadir, cambiar y borrar contactos y etiquetas.' },
  'inbox.view_all': {
    name: 'Ver todas las bandejas',
    text: 'Ver cada dispositivo y conversación, no solo los de sus bandejas.',
  },
  'inbox.manage': {
    name: 'Gestionar bandejas',
    text: 'Crear bandejas y decidir qué dispositivos y personas hay en ellas, también uno mismo.',
  },
  'devices.manage': {
    name: 'Gestionar dispositivos',
    text: 'Vincular, conectar, desconectar y quitar dispositivos de WhatsApp.',
  },
  'broadcasts.manage': {
    name: 'Gestionar envíos masivos',
    text: 'Planear, iniciar y detener mensajes a muchas personas.',
  },
  'analytics.view': { name: 'Ver estadísticas', text: 'Ver cifras de mensajes, dispositivos y equipo.' },
  'team.manage': {
    name: 'Gestionar usuarios y roles',
    text: 'Añadir y quitar usuarios, fijar contraseñas y decidir qué permiten los roles. Siempre hay alguien que puede.',
  },
  'integrations.manage': {
    name: 'Gestionar webhooks',
    text: 'Decidir qué direcciones reciben mensajes y eventos, y repetir entregas.',
  },
  'keys.manage': {
    name: 'Gestionar claves de API',
    text: 'Crear y revocar claves de API, credenciales de cliente y tokens.',
  },
  'settings.manage': { name: 'Gestionar ajustes', text: 'Cambiar los ajustes de la organización.' },
  'templates.manage': { name: 'Gestionar plantillas', text: 'Escribir y cambiar textos preparados.' },
  'bot.manage': { name: 'Gestionar bots', text: 'Configurar respuestas automáticas.' },
  'billing.manage': { name: 'Gestionar facturación', text: 'Ver y cambiar el plan y el pago.' },
  'messages.recover': { name: 'Recuperar mensajes', text: 'Leer mensajes que fueron borrados.' },
}
