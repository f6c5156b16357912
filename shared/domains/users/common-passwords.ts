/**
 * The commonest passwords of eight characters or more, as lists of leaked ones agree on them: what anybody who guesses tries first.
 * In lower case; shorter ones are refused for their length.
 */
const WORDS = `
12345678 123456789 1234567890 12345678910 123456789a 0123456789 0987654321 987654321 9876543210 87654321 11111111 111111111
1111111111 00000000 000000000 0000000000 22222222 33333333 44444444 55555555 66666666 77777777 88888888 888888888 99999999
999999999 12121212 11223344 1122334455 112233445566 12341234 12344321 123123123 123321123 123454321 123654789 147258369
147852369 159357258 741852963 789456123 963852741 10203040 1234qwer 123qweasd 123qwe123 12qwaszx 1a2b3c4d 1q2w3e4r 1q2w3e4r5t
1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 2wsx3edc a1b2c3d4 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaaaaaa
abc12345 abc123456 abcd1234 abcdefgh abcdefghi asd12345 asd123456 asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl azerty123
azertyuiop qazwsxedc qazwsx123 qq123456 qwe12345 qwe123456 qweasdzx qweasdzxc qweqweqwe qwer1234 qwert123 qwerty11 qwerty12
qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyui qwertyuiop qwertz123 w123456789 z123456789 zaq12wsx zaq1zaq1 zxc12345
zxcvbnm1 zxcvbnm123 zzzzzzzz password password1 password12 password123 password1234 password! passw0rd p@ssw0rd p@ssword pa55word
pass1234 pass12345 passpass passport mypassword newpassword changeme changeme1 changeme123 letmein1 letmein123 welcome1
welcome12 welcome123 admin123 admin1234 admin12345 administrator adminadmin rootroot test1234 testtest testing1 testtest1 guest123
user1234 username whatever trustno1 iloveyou iloveyou1 iloveyou2 iloveyou! loveyou1 lovelove loveme123 sunshine sunshine1 princess
princess1 princesa football football1 baseball baseball1 basketball superman superman1 batman123 spiderman starwars pokemon1
michelle jennifer jonathan alexander alexandra charlie1 jordan23 michael1 michael123 jessica1 daniel123 andrew123 samantha
victoria veronica patricia nicholas benjamin elizabeth stephanie christian christopher anthony1 ashley123 computer computer1
internet samsung1 samsung123 nintendo playstation minecraft facebook facebook1 google123 whatsapp whatsapp1 liverpool
liverpool1 chelsea1 arsenal1 barcelona realmadrid manchester juventus1 dolphins cowboys1 yankees1 monkey123 dragon123
shadow123 master123 killer123 hunter123 tigger123 butterfly butterfly1 elephant chocolate chocolat mercedes corvette mustang1
porsche911 ferrari1 harley123 marlboro midnight moonlight november december september february hello123 hello1234 hellohello
goodluck blink182 slipknot metallica nirvana1 garfield snickers cheese123 pineapple strawberry bismillah indonesia sayang123
malaysia pakistan pakistan123 india123 brasil123 internacional tequiero teamo123 contraseña contrasena secret123 secreto1
superstar rockstar snowball security gateway1 access123 default1 master12 freedom1 jesus123 jesuschrist godisgood blessed1
family123 mother123 babygirl babygirl1 babyboy1 sweetheart gangster gfhjkm123 qwerty789 qwerty321 1password 1234abcd 123abc123
123456aa 123456ab 123456qw 123456abc 1234567a 12345678a 12345abc 12345qwert 123456789q 1234567891 12345679 123123456
`

const COMMON: ReadonlySet<string> = new Set(WORDS.split(/\s+/).filter(Boolean))

/** Whether a password is among the commonest there are, in whatever case. */
export const isCommonPassword = (password: string): boolean => COMMON.has(password.toLowerCase())
