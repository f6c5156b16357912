import type { CoreTexts } from '../core.ts'
import { errors } from './errors.ts'

/** Spanish. */
export const texts: CoreTexts = {
  app: 'Switchboard',
  rail: {
    label: 'Principal',
    inbox: 'Bandeja',
    devices: 'Dispositivos',
    contacts: 'Contactos',
    settings: 'Ajustes',
    phones: 'Teléfonos de prueba',
    account: 'Cuenta',
  },
  skip: 'Ir al contenido',
  actions: {
    back: 'Volver',
    cancel: 'Cancelar',
    close: 'Cerrar',
    confirm: 'Confirmar',
    copy: 'Copiar',
    copied: 'Copiado',
    copyFailed: 'El navegador no permitió copiar. Selecciona el texto y cópialo a mano.',
    create: 'Crear',
    delete: 'Eliminar',
    edit: 'Editar',
    reload: 'Recargar la página',
    retry: 'Reintentar',
    save: 'Guardar',
    search: 'Buscar',
  },
  states: {
    loading: 'Cargando…',
    offline: 'Sin conexión. Lo que ves puede ser antiguo; se actualizará cuando vuelva la red.',
    reconnecting: 'Las novedades en vivo se interrumpieron. Conectando de nuevo…',
  },
  account: {
    preferences: 'Apariencia e idioma',
    signOut: 'Cerrar sesión',
    theme: 'Apariencia',
    themeSystem: 'Como el sistema',
    themeLight: 'Clara',
    themeDark: 'Oscura',
    language: 'Idioma',
    help: 'Atajos de teclado',
  },
  help: {
    title: 'Atajos de teclado',
    everywhere: 'En todas partes',
    showHelp: 'Mostrar esta ayuda',
    goTo: (place) => `Ir a ${place}`,
    closeTop: 'Cerrar lo que está abierto encima',
  },
  home: {
    title: 'Aún no hay nada en que trabajar',
    text: (organisation) =>
      `Has entrado en ${organisation}, y tu rol no muestra ninguna parte de este panel. Pide acceso a un administrador.`,
    docs: 'Leer la documentación de la API',
  },
  notFound: {
    title: 'Esta página no existe',
    text: 'La dirección puede estar mal escrita, o lo que mostraba fue eliminado.',
    home: 'Ir al inicio',
  },
  noPermission: {
    title: 'Tu rol no permite esto',
    text: 'Pídelo a un administrador si lo necesitas.',
  },
  crash: {
    title: 'Esta página dejó de funcionar',
    text: 'El resto del panel sigue funcionando. Reintenta, o recarga la página si vuelve a ocurrir.',
    outdated: 'Se publicó una versión nueva del panel. Recarga la página para obtenerla.',
  },
  errors,
}
