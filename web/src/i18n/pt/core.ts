import type { CoreTexts } from '../core.ts'
import { errors } from './errors.ts'

/** Portuguese. */
export const texts: CoreTexts = {
  app: 'Switchboard',
  rail: {
    label: 'Principal',
    inbox: 'Caixa de entrada',
    devices: 'Dispositivos',
    contacts: 'Contatos',
    settings: 'Configurações',
    phones: 'Telefones de teste',
    account: 'Conta',
  },
  skip: 'Ir para o conteúdo',
  actions: {
    back: 'Voltar',
    cancel: 'Cancelar',
    close: 'Fechar',
    confirm: 'Confirmar',
    copy: 'Copiar',
    copied: 'Copiado',
    copyFailed: 'O navegador não permitiu copiar. Selecione o texto e copie à mão.',
    create: 'Criar',
    delete: 'Excluir',
    edit: 'Editar',
    reload: 'Recarregar a página',
    retry: 'Tentar de novo',
    save: 'Salvar',
    search: 'Buscar',
  },
  states: {
    loading: 'Carregando…',
    offline: 'Você está sem conexão. O que você vê pode estar desatualizado; será renovado quando a rede voltar.',
    reconnecting: 'As novidades ao vivo foram interrompidas. Conectando de novo…',
  },
  account: {
    preferences: 'Aparência e idioma',
    signOut: 'Sair',
    theme: 'Aparência',
    themeSystem: 'Como o sistema',
    themeLight: 'Clara',
    themeDark: 'Escura',
    language: 'Idioma',
    help: 'Atalhos de teclado',
  },
  help: {
    title: 'Atalhos de teclado',
    everywhere: 'Em toda parte',
    showHelp: 'Mostrar esta ajuda',
    goTo: (place) => `Ir para ${place}`,
    closeTop: 'Fechar o que está aberto por cima',
  },
  home: {
    title: 'Ainda não há nada em que trabalhar',
    text: (organisation) =>
      `Você entrou em ${organisation}, e seu papel não mostra nenhuma parte deste painel. Peça acesso a um administrador.`,
    docs: 'Ler a documentação da API',
  },
  notFound: {
    title: 'Esta página não existe',
    text: 'O endereço pode estar errado, ou o que ele mostrava foi removido.',
    home: 'Ir para o início',
  },
  noPermission: {
    title: 'Seu papel não permite isto',
    text: 'Peça a um administrador se precisar.',
  },
  crash: {
    title: 'Esta página parou de funcionar',
    text: 'O resto do painel continua funcionando. Tente de novo, ou recarregue a página se acontecer outra vez.',
    outdated: 'Uma versão nova do painel foi publicada. Recarregue a página para obtê-la.',
  },
  errors,
}
