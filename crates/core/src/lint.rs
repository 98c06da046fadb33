//! Puts it all together: a paste in, findings in the coordinates of the paste out.

use crate::detect::{
    self, Beside, Candidate, Clues, Containers, Credentials, Fact, SharedFile, Switch, azure_facts,
    switches,
};
use crate::diagnostics::{Applicability, Diagnostic, Edit, Fix, Related, Severity, apply};
use crate::layer::{Excerpt, Filling, find_variables, neutral};
use crate::model::{
    Dialect, Driver, Grammar, HostView, Layer, Param, PasswordState, Secret, Settings,
    SettingsView, Target,
};
use crate::order::Order as _;
use crate::parse::entries::Entry;
use crate::parse::{self, ParseError, Token};
use crate::placeholder;
use crate::policy::Policy;
use crate::redact::Redactor;
use crate::rules::{
    Context, Finding, Group, Mentions, RULES, Rule, Shared, Surroundings, bare_refusal,
    in_single_server_form, keep_advice_for_sound_strings, keep_most_specific,
};
use crate::summary;
use crate::suppress::Suppressions;
use crate::templates::{self, Template};
use crate::text::{Sought, Span, first, last, rest, slice};
use crate::words;
use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use apart::Apart;

mod apart;

/// What the user knows better than the text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The product, or [`Target::Auto`].
    pub target: Target,
    /// The driver, or [`Driver::Auto`].
    pub driver: Driver,
    /// What the user's team has decided.
    pub policy: Policy,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            target: Target::Auto,
            driver: Driver::Auto,
            policy: Policy::default(),
        }
    }
}

/// Everything that connlint has to say about a paste.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// One entry for each connection string found, in the order of the text.
    pub strings: Vec<Found>,
    /// How many findings comments in the text have silenced.
    pub suppressed: usize,
}

impl Analysis {
    /// Every diagnostic with the string that it belongs to, in the order of the text.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.strings.iter().flat_map(|s| s.diagnostics.iter())
    }

    /// Knows every part of the paste that could be a secret: whoever shows a piece of the paste shows it through this.
    ///
    /// It knows the strings that were found, and nothing of the text around them.
    #[must_use]
    pub fn redactor(&self) -> Redactor {
        let secrets: Vec<Span> = self
            .strings
            .iter()
            .flat_map(|found| found.secrets.iter().copied())
            .collect();
        Redactor::new(&secrets)
    }

    /// How many diagnostics have that severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics()
            .filter(|d| d.severity == severity)
            .count()
    }
}

/// A connection string with what it says and what is wrong with it. All spans are those of the whole paste.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it stands, without its quotes.
    pub span: Span,
    /// What it is wrapped in.
    pub layer: Layer,
    /// The grammar that it is written in.
    pub dialect: Dialect,
    /// The driver that it was read for.
    pub driver: Driver,
    /// Whether the user said so, or connlint found out.
    pub driver_given: bool,
    /// Which of Azure's tools has handed it out, where that is evident.
    pub template: Option<&'static Template>,
    /// The product that it was judged for.
    pub target: Target,
    /// Whether the user said so, or connlint found out.
    pub target_given: bool,
    /// Whether the user name carries the server's name behind an `@`, as Azure's Single Server wanted it.
    pub single_server_form: bool,
    /// Its tokens, in order; together they cover the span.
    pub tokens: Vec<Token>,
    /// Everything in it that could be a piece of a secret, under any plausible reading.
    pub secrets: Vec<Span>,
    /// What is told of with it that stands beside it: known words of code, and no secret.
    pub beside: Vec<Span>,
    /// What the driver sees, with secrets masked.
    pub settings: SettingsView,
    /// Where the parts that a failure can point at stand.
    pub places: Places,
    /// What the probe may be asked to test; without a host there is nothing to test.
    pub endpoint: Option<Endpoint>,
    /// What it means, in one sentence.
    pub summary: String,
    /// The error with which the driver refuses the text, secrets masked; `None` if it takes it.
    pub refused_by_driver: Option<String>,
    /// The findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Found {
    /// The same, `by` bytes further on, or back.
    fn moved(mut self, by: isize) -> Self {
        if by == 0 {
            return self;
        }
        self.span = self.span.moved(by);
        for token in &mut self.tokens {
            token.span = token.span.moved(by);
        }
        for span in self.secrets.iter_mut().chain(&mut self.beside) {
            *span = span.moved(by);
        }
        let places = &mut self.places;
        for place in [
            &mut places.host,
            &mut places.port,
            &mut places.user,
            &mut places.password,
            &mut places.database,
            &mut places.sslmode,
        ] {
            *place = place.map(|span| span.moved(by));
        }
        for diagnostic in &mut self.diagnostics {
            diagnostic.shift(by);
        }
        self
    }
}

/// Where the parts of a string stand in the paste.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The first host.
    pub host: Option<Span>,
    /// The first port.
    pub port: Option<Span>,
    /// The user name.
    pub user: Option<Span>,
    /// The password.
    pub password: Option<Span>,
    /// The database name.
    pub database: Option<Span>,
    /// The TLS mode.
    pub sslmode: Option<Span>,
}

/// What the probe needs; by design there is no password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Hosts with their ports, in the order in which the driver tries them.
    pub hosts: Vec<(String, u16)>,
    /// User name, if the text gives one and it cannot be a piece of the password.
    pub user: Option<String>,
    /// Database name, likewise.
    pub database: Option<String>,
    /// TLS mode in libpq's spelling, if the text gives one that libpq has.
    pub sslmode: Option<String>,
}

/// Lints every connection string in `text`.
///
/// Never fails and never panics; time is linear in the text's length.
#[must_use]
pub fn lint(text: &str, options: &Options) -> Analysis {
    let text = &*unmarked(text);
    judged(text, judge(text, detect::find(text), options, None))
}

/// Lints the connection strings in `text` that show to be PostgreSQL's: in a file that nobody has pasted, what only could be
/// one is something else.
///
/// A text without one of the [traces](detect::TRACES) has none.
#[must_use]
pub fn lint_file(text: &str, options: &Options) -> Analysis {
    if detect::has_trace(text.as_bytes()) {
        lint_traced(text, options)
    } else {
        Analysis::default()
    }
}

/// As [`lint_file`], for a text in which a [trace](detect::TRACES) was found already: it is not looked for again.
#[must_use]
pub fn lint_traced(text: &str, options: &Options) -> Analysis {
    let text = &*unmarked(text);
    let mut candidates = detect::find(text);
    if !candidates.is_empty() {
        let topics = detect::Topics::of(text);
        candidates.retain(|candidate| detect::is_evident(candidate, topics));
    }
    judged(text, judge(text, candidates, options, None))
}

fn judged(text: &str, strings: Vec<Known>) -> Analysis {
    silenced(text, strings.into_iter().map(Known::into_found).collect())
}

/// What was said of the strings of a text, kept for the next one: what stands far from any change is not judged again.
#[derive(Clone, Default)]
pub struct Memory {
    text: String,
    options: Options,
    known: Vec<Known>,
}

// It holds strings with their secrets.
impl core::fmt::Debug for Memory {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

/// As [`lint`], for a text that may have come out of an earlier one by a small change: with the same result, and sooner.
#[must_use]
pub fn lint_after(memory: &Memory, text: &str, options: &Options) -> (Analysis, Memory) {
    let text = &*unmarked(text);
    let known = judge(text, detect::find(text), options, Some(memory));
    let analysis = silenced(text, known.iter().map(Known::found).collect());
    let memory = Memory {
        text: text.into(),
        options: options.clone(),
        known,
    };
    (analysis, memory)
}

/// Without what comments in the text silence.
fn silenced(text: &str, mut strings: Vec<Found>) -> Analysis {
    if strings.is_empty() {
        return Analysis {
            strings,
            suppressed: 0,
        };
    }
    let comments = Suppressions::of(text);
    let suppressed = strings
        .iter_mut()
        .map(|found| comments.silence(&mut found.diagnostics))
        .sum();
    Analysis {
        strings,
        suppressed,
    }
}

/// A string that was judged, with all that its findings depend on besides the text near it.
#[derive(Clone)]
struct Known {
    candidate: Candidate,
    owned: Owned,
    facts: Facts,
    judged: Rc<Found>,
    /// How much further on it stands than where it was judged.
    by: isize,
}

impl Known {
    fn found(&self) -> Found {
        (*self.judged).clone().moved(self.by)
    }

    fn into_found(self) -> Found {
        Rc::unwrap_or_clone(self.judged).moved(self.by)
    }

    /// What is known of this string still holds for it at another place: `by` bytes further on, in the same surroundings.
    fn again(&self, candidate: &Candidate, owned: &Owned, facts: &Facts, by: isize) -> bool {
        self.facts.alone
            && self.facts == *facts
            && self.candidate.dialect == candidate.dialect
            && owned.is_moved(&self.owned, by)
            && candidate.excerpt.is_moved(&self.candidate.excerpt, by)
    }
}

/// Judges what was found in a text.
fn judge(
    text: &str,
    candidates: Vec<Candidate>,
    options: &Options,
    memory: Option<&Memory>,
) -> Vec<Known> {
    if candidates.is_empty() {
        return Vec::new();
    }
    let sought = words::look(text);
    let paste = Paste::new(text, &sought, &candidates);
    let owned = owned(text, &sought, &candidates);
    let memory = memory.filter(|memory| memory.options == *options);
    let kept = memory.map(|memory| Kept::of(memory, text));
    let both = candidates.into_iter().zip(owned);
    both.map(|(candidate, owned)| {
        let facts = Facts::of(&paste, &candidate, options);
        let old = kept.as_ref().and_then(|kept| kept.find(&candidate));
        let old = old.filter(|(old, by)| old.again(&candidate, &owned, &facts, *by));
        let (judged, by) = match old {
            Some((old, by)) => (Rc::clone(&old.judged), old.by + by),
            None => (
                Rc::new(analyse(&paste, &candidate, &owned, &facts, options)),
                0,
            ),
        };
        Known {
            candidate,
            owned,
            facts,
            judged,
            by,
        }
    })
    .collect()
}

/// What of an earlier text is still there.
struct Kept<'a> {
    known: &'a [Known],
    /// How much of the beginning is the same.
    head: usize,
    /// Where the end begins that is the same.
    tail: usize,
    /// How much further on the end stands now.
    by: isize,
}

impl<'a> Kept<'a> {
    fn of(memory: &'a Memory, text: &str) -> Self {
        let (old, new) = (memory.text.as_bytes(), text.as_bytes());
        let same = |(old, new): &(&u8, &u8)| old == new;
        let head = old.iter().zip(new).take_while(same).count();
        let most = old.len().min(new.len()) - head;
        let behind = old.iter().rev().zip(new.iter().rev()).take(most);
        let tail = behind.take_while(same).count();
        Self {
            known: &memory.known,
            head,
            tail: new.len() - tail,
            by: new.len().wrapping_sub(old.len()).cast_signed(),
        }
    }

    /// The string of the earlier text that stands where this one does, if nothing near it has changed, and how much further
    /// on it stands now.
    fn find(&self, candidate: &Candidate) -> Option<(&'a Known, isize)> {
        let span = candidate.excerpt.span;
        let by = if span.end.saturating_add(NEAR) < self.head {
            0
        } else if self.tail.saturating_add(NEAR) < span.start {
            self.by
        } else {
            return None;
        };
        let start = span.start.checked_add_signed(by.checked_neg()?)?;
        let at = self
            .known
            .partition_point(|known| known.candidate.excerpt.span.start < start);
        Some((self.known.get(at)?, by))
    }
}

/// What stands beside the strings of a paste and is told of with one of them.
#[derive(Clone, Default)]
struct Owned {
    switches: Vec<Switch>,
    azure: Vec<Fact>,
}

impl Owned {
    /// Whether it is the same, `by` bytes further on.
    fn is_moved(&self, old: &Self, by: isize) -> bool {
        let switch = |(new, old): (&Switch, &Switch)| *new == old.moved(by);
        let fact = |(new, old): (&Fact, &Fact)| *new == old.moved(by);
        self.switches.len() == old.switches.len()
            && self.azure.len() == old.azure.len()
            && self.switches.iter().zip(&old.switches).all(switch)
            && self.azure.iter().zip(&old.azure).all(fact)
    }
}

/// For each string what is told of with it: each thing belongs to the string that is nearest.
fn owned(text: &str, sought: &Sought, candidates: &[Candidate]) -> Vec<Owned> {
    let mut out = alloc::vec![Owned::default(); candidates.len()];
    if candidates.is_empty() {
        return out;
    }
    for switch in switches(text, sought) {
        let (index, inside) = nearest(candidates, switch.span);
        // A keyword inside of a string means what the string's driver takes it for.
        let in_string = inside
            && candidates
                .get(index)
                .is_some_and(|c| c.dialect.grammar() != Grammar::Entries);
        if let Some(owned) = out.get_mut(index).filter(|_| !in_string) {
            owned.switches.push(switch);
        }
    }
    for fact in azure_facts(text, sought) {
        let (index, _) = nearest(candidates, fact.span);
        if let Some(owned) = out.get_mut(index) {
            owned.azure.push(fact);
        }
    }
    out
}

/// Which string is nearest to `at`, and whether it stands in that string.
fn nearest(candidates: &[Candidate], at: Span) -> (usize, bool) {
    let next = candidates.partition_point(|c| c.excerpt.span.end <= at.start);
    let distance = |index: usize| {
        candidates.get(index).map(|c| {
            let span = c.excerpt.span;
            at.start.saturating_sub(span.end) + span.start.saturating_sub(at.end)
        })
    };
    let inside = candidates
        .get(next)
        .is_some_and(|c| c.excerpt.span.contains(at));
    let before = next.checked_sub(1).and_then(|i| Some((distance(i)?, i)));
    let both = before.into_iter().chain(distance(next).map(|d| (d, next)));
    (both.min().map_or(next, |(_, index)| index), inside)
}

/// The text without the byte order mark that Windows programs put before it: blanks of its length keep every span where
/// it is.
pub(crate) fn unmarked(text: &str) -> Cow<'_, str> {
    text.strip_prefix('\u{feff}')
        .map_or(Cow::Borrowed(text), |rest| {
            Cow::Owned(alloc::format!("{:1$}{rest}", "", '\u{feff}'.len_utf8()))
        })
}

/// A paste with what its strings have in common, found in one look each.
struct Paste<'a> {
    text: &'a str,
    clues: Clues,
    tls: Mentions,
    user: Mentions,
    pooler: Mentions,
    roots: bool,
    keeps_quotes: bool,
    containers: Containers,
    beside: Beside,
    shared_file: Option<SharedFile>,
}

impl<'a> Paste<'a> {
    fn new(text: &'a str, sought: &Sought, found: &[Candidate]) -> Self {
        Self {
            text,
            clues: Clues::among(sought),
            tls: Mentions::among(sought, Mentions::TLS),
            user: Mentions::among(sought, Mentions::USER),
            pooler: Mentions::among(sought, Mentions::POOLER),
            roots: Mentions::of_roots(sought),
            keeps_quotes: Mentions::of_env_files(text, sought),
            shared_file: SharedFile::of(text, sought),
            containers: Containers::of(text),
            beside: Beside::of(text, found),
        }
    }
}

/// What a paste as a whole says about one of its strings.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Facts {
    driver: Driver,
    mention_tls: bool,
    mention_user: bool,
    mention_pooler: bool,
    mention_roots: bool,
    keeps_quotes: bool,
    shared_file: Option<SharedFile>,
    /// Whether nothing far away belongs to it: neither containers nor a user or a password of its own.
    alone: bool,
}

impl Facts {
    fn of(paste: &Paste<'_>, candidate: &Candidate, options: &Options) -> Self {
        let Candidate { excerpt, dialect } = candidate;
        let driver = if options.driver == Driver::Auto {
            paste.clues.driver(*dialect)
        } else {
            options.driver
        };
        let dialect = dialect.spoken_by(driver);
        let beside = paste.beside.of_string(paste.text, excerpt, dialect);
        Self {
            driver,
            mention_tls: paste.tls.outside(excerpt.span),
            mention_user: paste.user.outside(excerpt.span),
            mention_pooler: paste.pooler.outside(excerpt.span),
            mention_roots: paste.roots,
            keeps_quotes: paste.keeps_quotes,
            shared_file: paste.shared_file,
            alone: paste.containers == Containers::default() && beside.is_empty(),
        }
    }
}

fn analyse(
    paste: &Paste<'_>,
    candidate: &Candidate,
    owned: &Owned,
    facts: &Facts,
    options: &Options,
) -> Found {
    let Candidate { excerpt, dialect } = candidate;
    let driver_given = options.driver != Driver::Auto;
    let driver = facts.driver;
    let dialect = dialect.spoken_by(driver);
    let variables = excerpt.variables();
    let text = neutral(&excerpt.text, &variables);
    let parse = parse::parse(&text, dialect, driver);
    let as_meant = parse::parse_as_meant(&text, &parse);
    let meant = as_meant.as_ref().unwrap_or(&parse);
    let redactor = Redactor::new(&[parse.secrets(&text), meant.secrets(&text)].concat());
    let target_given = options.target != Target::Auto;
    let target = if target_given {
        options.target
    } else {
        detect::target(meant)
    };
    let context = Context {
        shared: Shared::default(),
        text: &excerpt.text,
        excerpt,
        parse: &parse,
        meant,
        surroundings: Surroundings {
            paste: paste.text,
            keeps_quotes: facts.keeps_quotes,
            before: near_before(paste.text, excerpt.span.start),
            after: near_after(paste.text, excerpt.span.end),
            span: excerpt.span,
            mention_tls: facts.mention_tls,
            mention_user: facts.mention_user,
            mention_pooler: facts.mention_pooler,
            mention_roots: facts.mention_roots,
            shared_file: facts.shared_file,
            switches: &owned.switches,
            azure: &owned.azure,
            containers: &paste.containers,
        },
        driver,
        driver_given,
        target,
        target_given,
        policy: &options.policy,
        template: None,
        redactor: &redactor,
        variables: &variables,
    };
    let context = Context {
        template: templates::recognise(&context),
        ..context
    };
    let mut settings = view(&context);
    let beside = paste.beside.of_string(paste.text, excerpt, dialect);
    complete(&mut settings, paste.text, &beside);
    let apart = Apart::of(&context, &beside);
    let mut diagnostics = run_rules(&context, |_| true);
    let mut single_server_form = in_single_server_form(&context);
    if let Some(apart) = &apart {
        let context = apart.context(&context);
        diagnostics.extend(run_rules(&context, |group| apart.is_for(group)));
        single_server_form |= in_single_server_form(&context);
    }
    keep_most_specific(&mut diagnostics);
    let refusal = refusal(&context);
    if let Some(error) = refusal
        && diagnostics.iter().all(|d| d.severity != Severity::Error)
    {
        let (rule, finding) = bare_refusal(&context, error);
        diagnostics.push(place(rule, finding, &context));
    }
    keep_advice_for_sound_strings(&mut diagnostics);
    options.policy.judge(&mut diagnostics);
    diagnostics.order_by_key(|d| (d.span.start, d.severity, d.span.end, d.code()));
    let refused_by_driver = refusal.map(|e| e.driver_text(&excerpt.text, &redactor));
    Found {
        span: excerpt.span,
        layer: excerpt.layer,
        dialect,
        driver,
        driver_given,
        template: context.template,
        target,
        target_given,
        single_server_form,
        tokens: tokens(&parse, excerpt),
        secrets: redactor
            .spans()
            .iter()
            .map(|s| excerpt.cover(*s))
            .chain(beside.password.as_ref().map(|password| password.value))
            .collect(),
        beside: owned
            .switches
            .iter()
            .map(|switch| switch.span)
            .chain(owned.azure.iter().map(|fact| fact.span))
            .filter(|span| !excerpt.span.overlaps(*span))
            .collect(),
        places: places(&meant.settings, excerpt, &beside),
        endpoint: endpoint(&context, &settings),
        summary: summary::sentence(&context, &settings, refused_by_driver.is_some()),
        settings,
        refused_by_driver,
        diagnostics,
    }
}

/// How many bytes before and behind a string its rules see: a paste with many strings is not looked through for each.
const NEAR: usize = 4096;

fn near_before(text: &str, end: usize) -> &str {
    last(slice(text, Span::new(0, end)), NEAR)
}

fn near_after(text: &str, start: usize) -> &str {
    first(rest(text, start), NEAR)
}

/// The error with which the intended driver refuses the text, where connlint reads as exactly that driver does.
fn refusal<'a>(context: &Context<'a>) -> Option<&'a ParseError> {
    let exact = parse::is_exact(context.driver, context.parse.dialect);
    context
        .parse
        .errors
        .iter()
        .find(|e| exact && !context.has_variable(e.span))
}

fn run_rules(context: &Context<'_>, wanted: impl Fn(Group) -> bool) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut findings = Vec::new();
    for &rule in RULES.iter().filter(|rule| wanted(rule.group)) {
        (rule.check)(context, &mut findings);
        // Most find nothing.
        if !findings.is_empty() {
            out.extend(findings.drain(..).map(|f| place(rule, f, context)));
        }
    }
    out
}

/// The tokens in the coordinates of the paste, where each begins where the one before it ends.
fn tokens(parse: &parse::Parse, excerpt: &Excerpt) -> Vec<Token> {
    let mut start = excerpt.span.start;
    let mut out = Vec::with_capacity(parse.tokens.len());
    let mut tokens = parse.tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        let end = tokens.peek().map_or(excerpt.span.end, |next| {
            excerpt.to_paste(Span::empty(next.span.start)).start
        });
        let span = Span::new(start, end.max(start));
        out.push(Token {
            kind: token.kind,
            span,
        });
        start = span.end;
    }
    out
}

/// Moves a finding from the string's coordinates to the paste's, and its edits into the escaping of its layers. A fix that
/// they cannot write is left out.
fn place(rule: &'static Rule, finding: Finding, context: &Context<'_>) -> Diagnostic {
    let excerpt = context.excerpt;
    let beside = finding.beside;
    let to_source = |span| {
        if beside { span } else { excerpt.to_paste(span) }
    };
    let write = |edits| {
        if beside {
            Some(edits)
        } else {
            excerpt.write(edits, context.redactor.spans())
        }
    };
    Diagnostic {
        rule,
        severity: finding.severity.unwrap_or(rule.severity),
        certainty: finding.certainty.unwrap_or(rule.certainty),
        message: finding.message,
        help: finding.help,
        span: to_source(finding.span),
        related: finding
            .related
            .into_iter()
            .map(|r| Related {
                span: to_source(r.span),
                message: r.message,
            })
            .collect(),
        fixes: finding
            .fixes
            .into_iter()
            .filter_map(|fix| {
                let edits = write(fix.edits)?;
                Some(Fix { edits, ..fix })
            })
            .chain(finding.fixes_beside)
            .collect(),
    }
}

/// A setting's value as it may be shown: the variable as written, secrets masked, else what the driver decodes.
fn shown(context: &Context<'_>, span: Span, decoded: &str) -> String {
    if context.redactor.hides(span) || context.has_variable(span) {
        context.show(span)
    } else {
        decoded.into()
    }
}

fn view(context: &Context<'_>) -> SettingsView {
    let settings = &context.parse.settings;
    let text_of = |param| {
        let setting = settings.get(param)?;
        let value = setting.value.shown()?;
        Some(shown(context, setting.value.span, value))
    };
    let fills_in = parse::fills_in_port(context.driver)
        && detect::accepts(context.driver, context.parse.dialect)
        && context.grammar() != Grammar::Entries;
    SettingsView {
        hosts: settings
            .hosts
            .iter()
            .map(|h| HostView {
                host: h.host.as_ref().map(|p| shown(context, p.span, &p.text)),
                port: match &h.port {
                    Some(port) => h.port_number().filter(|_| {
                        !context.redactor.hides(port.span) && !context.has_variable(port.span)
                    }),
                    None => fills_in.then_some(5432),
                },
            })
            .collect(),
        user: text_of(Param::User),
        database: text_of(Param::Database),
        sslmode: text_of(Param::SslMode),
        password: password_state(context),
    }
}

/// Gives the settings of a URL what stands beside it: user and password.
fn complete(settings: &mut SettingsView, paste: &str, beside: &Credentials) {
    let text_of = |entry: &Entry| entry.escapes.decode(slice(paste, entry.value), 0).0;
    if settings.user.is_none() {
        settings.user = beside.user.as_ref().map(text_of);
    }
    if let Some(password) = beside
        .password
        .as_ref()
        .filter(|_| settings.password == PasswordState::Absent)
    {
        settings.password = state_of(&text_of(password));
    }
}

fn state_of(password: &str) -> PasswordState {
    if password.is_empty() {
        PasswordState::Empty
    } else if find_variables(password, Filling::None).is_empty()
        && !placeholder::find(password).is_empty()
    {
        PasswordState::Placeholder
    } else {
        PasswordState::Present
    }
}

fn password_state(context: &Context<'_>) -> PasswordState {
    match context.parse.settings.get(Param::Password) {
        None => PasswordState::Absent,
        Some(setting) if setting.value.expose().is_empty() => PasswordState::Empty,
        Some(setting)
            if !context.has_variable(setting.value.span)
                && !placeholder::find(context.raw(setting.value.span)).is_empty() =>
        {
            PasswordState::Placeholder
        }
        Some(_) => PasswordState::Present,
    }
}

fn places(settings: &Settings, excerpt: &Excerpt, beside: &Credentials) -> Places {
    let of = |param| settings.get(param).map(|s| excerpt.to_paste(s.value.span));
    let apart = |entry: &Option<Entry>| entry.as_ref().map(|entry| entry.value);
    let first = settings.hosts.first();
    Places {
        host: first
            .and_then(|h| h.host.as_ref())
            .map(|p| excerpt.to_paste(p.span)),
        port: first
            .and_then(|h| h.port.as_ref())
            .map(|p| excerpt.to_paste(p.span)),
        user: of(Param::User).or_else(|| apart(&beside.user)),
        password: of(Param::Password).or_else(|| apart(&beside.password)),
        database: of(Param::Database),
        sslmode: of(Param::SslMode),
    }
}

fn endpoint(context: &Context<'_>, view: &SettingsView) -> Option<Endpoint> {
    let usable = |text: &String| {
        !text.contains(Secret::MASK) && !text.is_empty() && placeholder::find(text).is_empty()
    };
    let hosts: Vec<(String, u16)> = context
        .parse
        .settings
        .hosts
        .iter()
        .zip(&view.hosts)
        .filter(|(raw, _)| {
            raw.host
                .as_ref()
                .is_some_and(|p| !context.has_variable(p.span))
        })
        .filter_map(|(raw, seen)| {
            let host = seen.host.as_ref().filter(|h| usable(h))?;
            // A port that is there but cannot be used is no reason to try another one.
            let port = match (&raw.port, seen.port) {
                (_, Some(port)) => port,
                (None, None) => 5432,
                (Some(_), None) => return None,
            };
            Some((host.trim_matches(['[', ']']).into(), port))
        })
        .collect();
    if hosts.is_empty() {
        return None;
    }
    let without_variable = |param, text: &Option<String>| -> Option<String> {
        let text = text.clone()?;
        let free = match context.parse.settings.get(param) {
            Some(setting) => !context.has_variable(setting.value.span),
            None => find_variables(&text, Filling::None).is_empty(),
        };
        (free && usable(&text)).then_some(text)
    };
    Some(Endpoint {
        hosts,
        user: without_variable(Param::User, &view.user),
        database: without_variable(Param::Database, &view.database),
        sslmode: view
            .sslmode
            .as_deref()
            .and_then(libpq_sslmode)
            .map(Into::into),
    })
}

/// The libpq spelling of a TLS mode, whatever the dialect's: `VerifyFull` is `verify-full`.
#[must_use]
pub fn libpq_sslmode(value: &str) -> Option<&'static str> {
    let squeezed: String = value
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    [
        ("disable", "disable"),
        ("allow", "allow"),
        ("prefer", "prefer"),
        ("require", "require"),
        ("verifyca", "verify-ca"),
        ("verifyfull", "verify-full"),
    ]
    .into_iter()
    .find(|(name, _)| *name == squeezed)
    .map(|(_, mode)| mode)
}

/// How often fixes are applied and the result judged anew: each round mends one thing of a kind, and texts with more wrong
/// in them than this are not for a machine to mend.
const ROUNDS: usize = 100;

/// A text after all fixes that may be applied without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixOutcome {
    /// The text after the fixes.
    pub text: String,
    /// What was done, in order: the rule's code and the fix's title.
    pub applied: Vec<(&'static str, String)>,
}

/// Applies every fix up to `level`, again and again until nothing is left to do.
///
/// Where two fixes touch the same characters, the first in the text is applied, and the other is judged anew. The
/// number of rounds is bounded.
#[must_use]
pub fn fix_all(text: &str, options: &Options, level: Applicability) -> FixOutcome {
    fix_judged(text, level, |text| lint(text, options))
}

/// As [`fix_all`], where somebody else judges the text: for a file, by [`lint_file`].
#[must_use]
pub fn fix_judged(
    text: &str,
    level: Applicability,
    judge: impl Fn(&str) -> Analysis,
) -> FixOutcome {
    let mut current = String::from(text);
    let mut applied = Vec::new();
    for _ in 0..ROUNDS {
        let analysis = judge(&current);
        let mut edits: Vec<Edit> = Vec::new();
        let mut round = Vec::new();
        for diagnostic in analysis.diagnostics() {
            let Some(fix) = diagnostic.fixes.iter().find(|f| f.applicability <= level) else {
                continue;
            };
            let clash = fix
                .edits
                .iter()
                .any(|new| edits.iter().any(|old| touches(old.span, new.span)));
            if !clash {
                edits.extend(fix.edits.iter().cloned());
                round.push((diagnostic.code(), fix.title.clone()));
            }
        }
        match apply(&current, &edits) {
            Ok(next) if next != current => {
                current = next;
                applied.extend(round);
            }
            _ => break,
        }
    }
    FixOutcome {
        text: current,
        applied,
    }
}

/// Whether two edits meet, insertions at the same place included.
const fn touches(a: Span, b: Span) -> bool {
    a.overlaps(b)
        || (a.start == b.start && (a.is_empty() || b.is_empty()))
        || (a.is_empty() && a.start == b.end)
        || (b.is_empty() && b.start == a.end)
}

/// The masked text of one found string, for reports.
#[must_use]
pub fn masked(source: &str, found: &Found) -> String {
    Redactor::new(&found.secrets).show(source, found.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Pick;

    #[test]
    fn secrets_are_known_in_the_coordinates_of_the_paste() {
        let text = r#"{"url": "postgresql://u:p\"w@h.example/db", "other": "postgresql://v:q@i.example/db"}"#;
        let analysis = lint(text, &Options::default());
        assert_eq!(analysis.strings[0].layer, Layer::Json);
        assert_eq!(
            analysis.redactor().mask(text),
            r#"{"url": "postgresql://u:***@h.example/db", "other": "postgresql://v:***@i.example/db"}"#
        );
        assert_eq!(
            masked(text, &analysis.strings[0]),
            "postgresql://u:***@h.example/db"
        );
    }

    #[test]
    fn what_is_near_ends_between_characters() {
        let text = "é".repeat(NEAR);
        assert_eq!(near_before(&text, text.len()).len(), NEAR);
        assert_eq!(near_before(&text[..NEAR + 2], NEAR + 2).len(), NEAR);
        assert_eq!(near_after(&alloc::format!("x{text}"), 0).len(), NEAR - 1);
        assert_eq!(near_before("ab", 1), "a");
        assert_eq!(near_after("ab", 1), "b");
    }

    #[test]
    fn a_byte_order_mark_changes_nothing_but_the_places() {
        let text = "PGPASSWORD=pw psql -h db.example -U app";
        let marked = alloc::format!("\u{feff}{text}");
        let (plain, analysis) = (
            lint(text, &Options::default()),
            lint(&marked, &Options::default()),
        );
        let (plain, found) = (&plain.strings[0], &analysis.strings[0]);
        assert_eq!(found.span, plain.span.shifted(3));
        assert_eq!(found.settings, plain.settings);
        assert_eq!(
            masked(&marked, found),
            "PGPASSWORD=*** psql -h db.example -U app"
        );
    }

    #[test]
    fn a_text_that_was_changed_is_judged_as_if_it_was_new() {
        let strings = [
            "A=postgresql://app@shop:pw@a.example/x",
            "const b = \"postgres://u:p%40w@b.example:5432/x?sslmode=require\";",
            "c: \"Server=c.example;User Id=u;Password=p;Ssl Mode=Prefer;\"",
            "DB_HOST=d.example\nDB_USER=u\nDB_PASSWORD=pw\nDB_NAME=x\n",
            "<e>jdbc:postgresql://e.example/x?user=u&amp;password=p</e>",
            "f = '{\"url\": \"postgresql://u:p@f.example/x\"}'",
            "psql -h g.example -U u -d x",
            "h = create_engine('postgresql+psycopg2://u:p@ss@h.example/x')",
        ];
        let filler = "# nothing to see here, move on\n".repeat(NEAR / 20);
        let text: String = strings
            .iter()
            .flat_map(|one| [*one, "\n", &filler])
            .collect();
        let options = Options::default();
        let (analysis, memory) = lint_after(&Memory::default(), &text, &options);
        assert!(analysis.strings.len() >= strings.len() - 1);
        let insertions = [
            "x",
            "\n",
            "é",
            " ssl user 6432 ",
            "docker run --env-file .env x\n",
            "\nrejectUnauthorized: false\n",
            "\nservices:\n  db:\n    image: postgres\n",
            "\"",
            "sqlalchemy # connlint: ignore SYN003",
            "postgresql://u@z.example/x ",
        ];
        let inside = strings
            .iter()
            .filter_map(|one| Some(text.find(one)? + one.len() / 2));
        let between = (0..text.len()).step_by(text.len() / 7);
        let mut kept = 0;
        let mut last = Memory::default();
        let places = inside.chain(between).enumerate();
        for (turn, at) in places {
            for new in insertions.into_iter().cycle().skip(3 * turn).take(3) {
                let (head, tail) = text.split_at(at);
                let deleted = alloc::format!("{head}{}", rest(tail, new.len().min(9)));
                for changed in [alloc::format!("{head}{new}{tail}"), deleted] {
                    let (after, next) = lint_after(&memory, &changed, &options);
                    let fresh = lint(&changed, &options);
                    assert_eq!(
                        alloc::format!("{after:?}"),
                        alloc::format!("{fresh:?}"),
                        "{new:?} at {at}"
                    );
                    let old = |new: &&Known| {
                        memory
                            .known
                            .iter()
                            .any(|old| Rc::ptr_eq(&old.judged, &new.judged))
                    };
                    kept += next.known.iter().filter(old).count();
                    last = next;
                }
            }
        }
        assert!(kept > 150, "{kept} strings were not judged again");
        // What was judged for one text and kept for another one still holds for a third.
        let (back, _) = lint_after(&last, &text, &options);
        assert_eq!(alloc::format!("{back:?}"), alloc::format!("{analysis:?}"));
        let other = Options {
            driver: Driver::Npgsql,
            ..Options::default()
        };
        let (after, _) = lint_after(&memory, &text, &other);
        assert_eq!(
            alloc::format!("{after:?}"),
            alloc::format!("{:?}", lint(&text, &other))
        );
    }

    #[test]
    fn only_the_wanted_rules_fix() {
        let text = "postgresql://u:p@ss@h.example/db";
        let options = Options {
            policy: Policy {
                ignore: Pick::parse("SYN003").into_iter().collect(),
                ..Policy::default()
            },
            ..Options::default()
        };
        let none = fix_all(text, &options, Applicability::Unsafe);
        assert_eq!(none.text, text);
        assert!(none.applied.is_empty());
        let all = fix_all(text, &Options::default(), Applicability::Unsafe);
        assert_ne!(all.text, text);
    }
}
