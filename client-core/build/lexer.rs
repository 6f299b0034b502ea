//! Words and signs of the plan's texts.

use super::scope::Resolved;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A name, a code, or a number: `channel`, `event:NOP_DON`, `0-05`, `15000`, `1.5`.
    Word(String),
    /// One of `( ) { } , ; + * % = == < <= > >= =>`.
    Sign(&'static str),
}

const SIGNS: [&str; 16] = [
    "<=", ">=", "==", "=>", "(", ")", "{", "}", ",", ";", "+", "*", "%", "=", "<", ">",
];

pub(crate) struct Tokens {
    tokens: Vec<Token>,
    at: usize,
}

impl Tokens {
    pub(crate) fn read(text: &str) -> Resolved<Self> {
        let mut tokens = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
                tokens.push(Token::Sign(sign));
                rest = &rest[sign.len()..];
            } else {
                let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
                if end == 0 {
                    return Err(format!("cannot read \"{rest}\" in \"{text}\""));
                }
                tokens.push(Token::Word(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            rest = rest.trim_start();
        }
        Ok(Self { tokens, at: 0 })
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at == self.tokens.len()
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Takes the sign if it comes next.
    pub(crate) fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(found);
        found
    }

    /// Takes these words if they come next.
    pub(crate) fn words(&mut self, words: &str) -> bool {
        let words: Vec<&str> = words.split(' ').collect();
        let found = words
            .iter()
            .enumerate()
            .all(|(ahead, word)| matches!(self.tokens.get(self.at + ahead), Some(Token::Word(next)) if next == word));
        if found {
            self.at += words.len();
        }
        found
    }

    /// Takes the next word, whatever it is.
    pub(crate) fn word(&mut self) -> Resolved<String> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            other => Err(format!("expected a word, found {}", shown(other))),
        }
    }

    pub(crate) fn number(&mut self) -> Resolved<i64> {
        let word = self.word()?;
        word.parse().map_err(|_| format!("expected a number, found {word}"))
    }

    pub(crate) fn expect(&mut self, sign: &str) -> Resolved<()> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(format!("expected {sign}, found {}", shown(self.peek())))
        }
    }

    /// Takes a comparison sign.
    pub(crate) fn comparison(&mut self) -> Resolved<&'static str> {
        for (sign, name) in [
            ("==", "Comparison::Equal"),
            ("=", "Comparison::Equal"),
            ("<=", "Comparison::AtMost"),
            ("<", "Comparison::Less"),
            (">=", "Comparison::AtLeast"),
            (">", "Comparison::Greater"),
        ] {
            if self.sign(sign) {
                return Ok(name);
            }
        }
        Err(format!("expected a comparison, found {}", shown(self.peek())))
    }

    /// Takes `(A,B,C)` or, with braces, `{A,B,C}`.
    pub(crate) fn list(&mut self, open: &str, close: &str) -> Resolved<Vec<String>> {
        self.expect(open)?;
        let mut items = vec![self.word()?];
        while self.sign(",") {
            items.push(self.word()?);
        }
        self.expect(close)?;
        Ok(items)
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | ':' | '-' | '[' | ']')
}

fn shown(token: Option<&Token>) -> String {
    match token {
        Some(Token::Word(word)) => word.clone(),
        Some(Token::Sign(sign)) => (*sign).to_owned(),
        None => "the end".to_owned(),
    }
}
