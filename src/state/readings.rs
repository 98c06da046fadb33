//! What each driver does with one string: the rows in the order in which they are shown, and the line that sums them up.

use super::document::Checked;
use super::words::count;
use connlint_core::order::Order as _;
use connlint_core::readings::{Column, Outcome, Reading, differing, readings_of};
use connlint_core::{Driver, Found, LineIndex, Options, Span};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the driver does.
    pub reading: Reading,
    /// Whether the string is for this driver.
    pub intended: bool,
    /// Which of the columns, in the order of [`Column::ALL`], say something else than in most rows.
    pub differs: [bool; Column::ALL.len()],
}

/// The table for one string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The drivers that read strings of this kind: those that it is for first, those that refuse it last.
    pub rows: Vec<Row>,
    /// The drivers that do not, each once.
    pub others: Vec<Driver>,
}

impl Table {
    /// The table for the string at `index` of those that were found.
    #[must_use]
    pub fn of(checked: &Checked, index: usize) -> Self {
        let Some(found) = checked.analysis.strings.get(index) else {
            return Self::default();
        };
        // Of all drivers, whichever is set: the others are what it is compared with.
        let readings = readings_of(&checked.text, index, &Options::default());
        let differs = Column::ALL.map(|column| differing(&readings, column));
        let mut table = Self::default();
        for (index, reading) in readings.into_iter().enumerate() {
            if reading.outcome == Outcome::NotApplicable {
                table.others.push(reading.driver);
                continue;
            }
            table.rows.push(Row {
                intended: reading.driver == found.driver,
                differs: differs.each_ref().map(|d| d.get(index) == Some(&true)),
                reading,
            });
        }
        table.others.dedup();
        table
            .rows
            .order_by_key(|row| (!row.intended, row.reading.outcome == Outcome::Refused));
        table
    }

    /// `10 drivers accept it, 6 refuse it; TLS differs`.
    #[must_use]
    pub fn tally(&self) -> String {
        let (mut accept, mut refuse, mut depends) = (0, 0, 0);
        for (index, row) in self.rows.iter().enumerate() {
            let driver = row.reading.driver;
            let mine = |other: &&Row| other.reading.driver == driver;
            if self.rows.iter().take(index).any(|other| mine(&other)) {
                continue;
            }
            let outcome = |other: &Row| other.reading.outcome == row.reading.outcome;
            match row.reading.outcome {
                _ if !self.rows.iter().filter(mine).all(outcome) => depends += 1,
                Outcome::Accepted => accept += 1,
                _ => refuse += 1,
            }
        }
        let mut parts = vec![if accept == 0 {
            "no driver accepts it".to_owned()
        } else {
            count(accept, "driver accepts it", "drivers accept it")
        }];
        for (n, one, many) in [
            (refuse, "refuses it", "refuse it"),
            (depends, "depends on the version", "depend on the version"),
        ] {
            if n > 0 {
                parts.push(count(n, one, many));
            }
        }
        parts.join(", ") + &self.differences()
    }

    /// `; server and TLS differ`; nothing where there is nothing to compare.
    fn differences(&self) -> String {
        let accepted = self.rows.iter().filter(|row| row.accepted()).count();
        let nouns = ["server", "user", "database", "TLS"]
            .into_iter()
            .enumerate();
        let differ: Vec<&str> = nouns
            .filter(|(column, _)| {
                self.rows
                    .iter()
                    .any(|row| row.differs.get(*column) == Some(&true))
            })
            .map(|(_, noun)| noun)
            .collect();
        match differ.as_slice() {
            [] if accepted < 2 => String::new(),
            [] => "; they do the same".to_owned(),
            [one] => format!("; {one} differs"),
            [first @ .., last] => format!("; {} and {last} differ", first.join(", ")),
        }
    }
}

impl Row {
    /// Whether the driver takes the text.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.reading.outcome == Outcome::Accepted
    }
}

/// Which string the caret is in; the first where it is in none.
#[must_use]
pub fn at(strings: &[Found], caret: Span) -> usize {
    strings
        .iter()
        .position(|found| found.span.start <= caret.start && caret.end <= found.span.end)
        .unwrap_or(0)
}

/// Which string is meant, if there are several.
#[must_use]
pub fn which(checked: &Checked, index: usize) -> Option<String> {
    let strings = &checked.analysis.strings;
    let found = strings.get(index).filter(|_| strings.len() > 1)?;
    let line = LineIndex::new(&checked.text)
        .line_column(found.span.start)
        .line;
    Some(format!(
        "This is the string in line {line}, {} of {}. For another one, put the cursor into it.",
        index + 1,
        strings.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table for the first string.
    fn table(text: &str, driver: Driver) -> Table {
        let options = Options {
            driver,
            ..Options::default()
        };
        Table::of(&Checked::new(text, options), 0)
    }

    const RAW_AT: &str = "postgresql://app@shop:Gr33nTea@db.example/orders?sslmode=require";

    #[test]
    fn the_driver_that_the_string_is_for_comes_first_and_refusals_last() {
        let table = table(RAW_AT, Driver::NodePostgres);
        assert_eq!(table.rows[0].reading.driver, Driver::NodePostgres);
        assert!(table.rows[0].intended && !table.rows[1].intended);
        let outcomes: Vec<bool> = table.rows.iter().map(Row::accepted).collect();
        assert!(outcomes.is_sorted_by(|a, b| a >= b), "{outcomes:?}");
        assert!(table.others.contains(&Driver::Npgsql));
        assert!(
            table.rows.len() > 10,
            "the other drivers are there, although one is set"
        );
    }

    #[test]
    fn a_driver_that_refuses_it_comes_first_too_if_the_string_is_for_it() {
        let table = table(RAW_AT, Driver::Libpq);
        assert_eq!(table.rows[0].reading.driver, Driver::Libpq);
        assert!(!table.rows[0].accepted());
    }

    #[test]
    fn the_tally_counts_drivers_and_names_what_differs() {
        let raw_at = table(RAW_AT, Driver::Auto);
        let accepted = raw_at.rows.iter().filter(|row| row.accepted()).count();
        let refused = raw_at.rows.len() - accepted;
        assert!(accepted > 1 && refused > 1);
        assert_eq!(
            raw_at.tally(),
            format!("{accepted} drivers accept it, {refused} refuse it; TLS differs")
        );
        let npgsql = table("Host=db;Username=app;SSL Mode=Require", Driver::Auto);
        assert_eq!(npgsql.rows.len(), 3);
        assert_eq!(
            npgsql.tally(),
            "no driver accepts it, 1 depends on the version; TLS differs"
        );
    }

    #[test]
    fn the_caret_chooses_the_string() {
        let text = "A=postgresql://u@a.example/x\n\nB=postgresql://u@b.example/x\n";
        let checked = Checked::new(text, Options::default());
        let strings = &checked.analysis.strings;
        let second = text.find("b.example").unwrap();
        assert_eq!(at(strings, Span::empty(0)), 0);
        assert_eq!(at(strings, Span::empty(second)), 1);
        assert_eq!(at(strings, Span::new(5, second)), 0);
        let host = |index| {
            Table::of(&checked, index).rows[0]
                .reading
                .cell(Column::Hosts)
        };
        assert_eq!(host(0).as_deref(), Some("a.example"));
        assert_eq!(host(1).as_deref(), Some("b.example"));
        assert!(Table::of(&checked, 2).rows.is_empty());
        assert!(which(&checked, 1).unwrap().contains("line 3, 2 of 2"));
        assert_eq!(
            which(&Checked::new("host=a user=b", Options::default()), 0),
            None
        );
    }
}
