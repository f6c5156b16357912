import { errors } from './errors.ts'

/** English. */
export const texts = {
  app: 'Switchboard',
  rail: {
    label: 'Main',
    inbox: 'Inbox',
    devices: 'Devices',
    contacts: 'Contacts',
    settings: 'Settings',
    phones: 'Sandbox phones',
    account: 'Account',
  },
  skip: 'Skip to the content',
  actions: {
    back: 'Back',
    cancel: 'Cancel',
    close: 'Close',
    confirm: 'Confirm',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'The browser did not allow copying. Select the text and copy it by hand.',
    create: 'Create',
    delete: 'Delete',
    edit: 'Edit',
    reload: 'Reload the page',
    retry: 'Try again',
    save: 'Save',
    search: 'Search',
  },
  states: {
    loading: 'Loading…',
    offline: 'You are offline. What you see may be old; it is brought up to date when the network is back.',
    reconnecting: 'Live updates are interrupted. Connecting again…',
  },
  account: {
    preferences: 'Appearance and language',
    signOut: 'Sign out',
    theme: 'Appearance',
    themeSystem: 'As the system',
    themeLight: 'Light',
    themeDark: 'Dark',
    language: 'Language',
    help: 'Keyboard shortcuts',
  },
  help: {
    title: 'Keyboard shortcuts',
    everywhere: 'Everywhere',
    showHelp: 'Show this help',
    goTo: (place: string) => `Go to ${place}`,
    closeTop: 'Close what is open on top',
  },
  home: {
    title: 'Nothing to work on yet',
    text: (organisation: string) =>
      `You are signed in to ${organisation}, and your role shows no part of this dashboard. Ask an administrator for access.`,
    docs: 'Read the API documentation',
  },
  notFound: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or what it showed was removed.',
    home: 'Go to the start',
  },
  noPermission: {
    title: 'Your role does not allow this',
    text: 'Ask an administrator if you need it.',
  },
  crash: {
    title: 'This page stopped working',
    text: 'The rest of the dashboard still works. Try again, or reload the page when it happens once more.',
    outdated: 'A newer version of the dashboard was published. Reload the page to get it.',
  },
  errors,
}
