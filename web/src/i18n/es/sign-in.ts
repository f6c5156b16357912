import type { texts as english } from '../en/sign-in.ts'
import type { Translated } from '../texts.ts'

/** Spanish. */
export const texts: Translated<typeof english> = {
  title: 'Entrar',
  email: 'Correo electrónico',
  password: 'Contraseña',
  submit: 'Entrar',
  forgot: '¿Olvidaste la contraseña?',
  ended: 'Tu sesión terminó. Entra de nuevo para seguir donde estabas.',
  reset: {
    title: 'Poner una contraseña nueva',
    intro: 'Escribe tu correo. Si tiene una cuenta aquí, en un momento le llegará un código de seis cifras.',
    sendCode: 'Enviar el código',
    sent: (email) => `Si ${email} tiene una cuenta, recibe ahora un código de seis cifras. Vale diez minutos.`,
    code: 'Código del correo',
    verify: 'Continuar',
    otherAddress: 'Usar otra dirección',
    password: 'Contraseña nueva',
    passwordHint: 'Al menos 8 caracteres. Varias palabras son mejores que una con signos.',
    save: 'Guardar y continuar',
    saved: 'La contraseña nueva está guardada.',
    later: 'Conservar la anterior',
    back: 'Volver a entrar',
    waitForCode: 'Se envió un código hace un momento. Espera un minuto antes de pedir otro.',
  },
}
