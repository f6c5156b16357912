import type { Locale } from './model.ts'

type Notice = { subject: string; paragraphs: string[] }

type Texts = {
  loginCode: (minutes: number) => { subject: string; before: string; after: string }
  invitation: (
    organization: string,
    invitedBy: string,
    days: number,
  ) => { subject: string; before: string; label: string; after: string }
  passwordChanged: Notice
  sessionsEnded: Notice
}

/** The words of all mails. The code is not in the subject: notifications on a locked screen show that. */
export const TEXTS: Record<Locale, Texts> = {
  en: {
    loginCode: (minutes) => ({
      subject: 'Your sign-in code',
      before: 'This code signs you in. If you forgot your password, you can set a new one afterwards:',
      after: `It works once and for ${minutes} minutes. If you did not ask for it, ignore this mail and give the code to nobody.`,
    }),
    invitation: (organization, invitedBy, days) => ({
      subject: `Invitation to ${organization}`,
      before: `${invitedBy} invites you to the team inbox of ${organization}.`,
      label: 'Accept the invitation',
      after: `The link works once and for ${days} days. If you do not know the sender, ignore this mail.`,
    }),
    passwordChanged: {
      subject: 'Your password was changed',
      paragraphs: [
        'The password of your account was changed, and all other sign-ins have ended.',
        'If that was not you, ask for a sign-in code at once and set a new password.',
      ],
    },
    sessionsEnded: {
      subject: 'A sign-in was ended',
      paragraphs: [
        'Somebody used a sign-in of yours that had been renewed already, so a copy of it may be in other hands. We ended it.',
        'Sign in again. If you do not know what happened, change your password: that ends all other sign-ins.',
      ],
    },
  },
  es: {
    loginCode: (minutes) => ({
      subject: 'Tu código de acceso',
      before: 'Con este código inicias sesión. Si olvidaste tu contraseña, después puedes elegir una nueva:',
      after: `Sirve una vez y durante ${minutes} minutos. Si no lo pediste, ignora este correo y no des el código a nadie.`,
    }),
    invitation: (organization, invitedBy, days) => ({
      subject: `Invitación a ${organization}`,
      before: `${invitedBy} te invita a la bandeja de equipo de ${organization}.`,
      label: 'Aceptar la invitación',
      after: `El enlace sirve una vez y durante ${days} días. Si no conoces al remitente, ignora este correo.`,
    }),
    passwordChanged: {
      subject: 'Tu contraseña ha cambiado',
      paragraphs: [
        'La contraseña de tu cuenta ha cambiado y las demás sesiones se han cerrado.',
        'Si no fuiste tú, pide enseguida un código de acceso y elige una contraseña nueva.',
      ],
    },
    sessionsEnded: {
      subject: 'Se ha cerrado una sesión',
      paragraphs: [
        'Alguien usó una sesión tuya que ya se había renovado: puede haber una copia en otras manos. La hemos cerrado.',
        'Vuelve a iniciar sesión. Si no sabes qué ocurrió, cambia tu contraseña: eso cierra todas las demás sesiones.',
      ],
    },
  },
  pt: {
    loginCode: (minutes) => ({
      subject: 'Seu código de acesso',
      before: 'Este código inicia a sua sessão. Se esqueceu a senha, pode definir outra em seguida:',
      after: `Funciona uma vez e durante ${minutes} minutos. Se não o pediu, ignore este e-mail e não dê o código a ninguém.`,
    }),
    invitation: (organization, invitedBy, days) => ({
      subject: `Convite para ${organization}`,
      before: `${invitedBy} convida você para a caixa de entrada da equipe de ${organization}.`,
      label: 'Aceitar o convite',
      after: `O link funciona uma vez e durante ${days} dias. Se não conhece o remetente, ignore este e-mail.`,
    }),
    passwordChanged: {
      subject: 'Sua senha foi alterada',
      paragraphs: [
        'A senha da sua conta foi alterada e as outras sessões foram encerradas.',
        'Se não foi você, peça já um código de acesso e defina uma nova senha.',
      ],
    },
    sessionsEnded: {
      subject: 'Uma sessão foi encerrada',
      paragraphs: [
        'Alguém usou uma sessão sua que já tinha sido renovada: pode haver uma cópia em outras mãos. Nós a encerramos.',
        'Entre de novo. Se não sabe o que aconteceu, altere a senha: isso encerra todas as outras sessões.',
      ],
    },
  },
}
