import type { texts as english } from '../en/sign-in.ts'
import type { Translated } from '../texts.ts'

/** Portuguese. */
export const texts: Translated<typeof english> = {
  title: 'Entrar',
  email: 'E-mail',
  password: 'Senha',
  submit: 'Entrar',
  forgot: 'Esqueceu a senha?',
  ended: 'Sua sessão terminou. Entre de novo para continuar de onde estava.',
  reset: {
    title: 'Definir uma senha nova',
    intro: 'Digite seu e-mail. Se ele tiver uma conta aqui, um código de seis dígitos chegará em instantes.',
    sendCode: 'Enviar o código',
    sent: (email) => `Se ${email} tiver uma conta, recebe agora um código de seis dígitos. Ele vale dez minutos.`,
    code: 'Código do e-mail',
    verify: 'Continuar',
    otherAddress: 'Usar outro endereço',
    password: 'Senha nova',
    passwordHint: 'Pelo menos 8 caracteres. Várias palavras são melhores que uma com símbolos.',
    save: 'Salvar e continuar',
    saved: 'A senha nova está salva.',
    later: 'Manter a senha antiga',
    back: 'Voltar para entrar',
    waitForCode: 'Um código foi enviado há pouco. Espere um minuto antes de pedir outro.',
  },
}
