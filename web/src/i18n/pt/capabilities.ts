import type { capabilities as english } from '../en/capabilities.ts'
import type { Translated } from '../texts.ts'

/** What each capability is called, and what it allows, in Portuguese. */
export const capabilities: Translated<typeof english> = {
  'chats.send': { name: 'Responder conversas', text: 'Escrever, reagir e trabalhar nas conversas das suas caixas.' },
  'contacts.write': { name: 'Editar contatos', text: 'Adicionar, alterar e excluir contatos e etiquetas.' },
  'inbox.view_all': {
    name: 'Ver todas as caixas',
    text: 'Ver todos os dispositivos e conversas, não só os das suas caixas.',
  },
  'inbox.manage': {
    name: 'Gerenciar caixas',
    text: 'Criar caixas e decidir que dispositivos e pessoas estão nelas, você incluído.',
  },
  'devices.manage': {
    name: 'Gerenciar dispositivos',
    text: 'Vincular, conectar, desconectar e remover dispositivos do WhatsApp.',
  },
  'broadcasts.manage': {
    name: 'Gerenciar envios em massa',
    text: 'Planejar, iniciar e parar mensagens para muitas pessoas.',
  },
  'analytics.view': { name: 'Ver estatísticas', text: 'Ver números de mensagens, dispositivos e equipe.' },
  'team.manage': {
    name: 'Gerenciar usuários e papéis',
    text: 'Adicionar e remover usuários, definir senhas e decidir o que os papéis permitem. Sempre há alguém que pode.',
  },
  'integrations.manage': {
    name: 'Gerenciar webhooks',
    text: 'Decidir que endereços recebem mensagens e eventos, e repetir entregas.',
  },
  'keys.manage': {
    name: 'Gerenciar chaves de API',
    text: 'Criar e revogar chaves de API, credenciais de cliente e tokens.',
  },
  'settings.manage': { name: 'Gerenciar configurações', text: 'Alterar as configurações da organização.' },
  'templates.manage': { name: 'Gerenciar modelos', text: 'Escrever e alterar textos preparados.' },
  'bot.manage': { name: 'Gerenciar bots', text: 'Configurar respostas automáticas.' },
  'billing.manage': { name: 'Gerenciar cobrança', text: 'Ver e alterar o plano e o pagamento.' },
  'messages.recover': { name: 'Recuperar mensagens', text: 'Ler mensagens que foram excluídas.' },
}
