//! What holds for what comes over the network, and for the host that a request names.

use crate::input::Input;
use crate::seeds::CERTIFICATES;
use connlint_probe::testing::{decode_answer, inspect};
use connlint_probe_api::{Host, ProbeRequest};

/// A server's answer is read whatever it is, in whatever pieces it comes.
pub(crate) fn probe_answer(data: &[u8]) {
    let mut input = Input::new(data);
    let logged_in = input.pick(&[false, true]);
    let bytes = input.rest();
    let whole = decode_answer(bytes, logged_in);
    let Ok(Some((answer, length))) = &whole else {
        return;
    };
    assert!((1..=bytes.len()).contains(length), "{length} bytes");
    // What stands behind a message changes nothing, and a part of it is not yet one.
    let message = bytes.get(..*length).expect("the message");
    let again = decode_answer(message, logged_in);
    assert_eq!(again.as_ref(), Ok(&Some((answer.clone(), *length))));
    for end in [0, 1, 4, 5, length / 2, length - 1] {
        if end < *length {
            let part = message.get(..end).expect("a part");
            assert_eq!(decode_answer(part, logged_in), Ok(None), "{end} bytes");
        }
    }
}

/// A certificate is looked at whatever it is, alone and with the one of an authority behind it.
pub(crate) fn probe_certificate(data: &[u8]) {
    let mut input = Input::new(data);
    let host = input.pick(&["db.example.invalid", "192.0.2.7"]);
    let alone = input.pick(&[false, true]);
    let host = Host::parse(host).expect("a host");
    let mut chain = vec![input.rest().to_vec()];
    if !alone {
        chain.extend(CERTIFICATES.last().map(|authority| authority.to_vec()));
    }
    for (problems, modes) in inspect(&chain, &host) {
        let prefix = problems.iter().all(|code| code.starts_with("cert."));
        assert!(prefix, "{problems:?}");
        // Whoever does not check goes on; whoever checks goes on where nothing is wrong.
        assert!([2, 4].contains(&modes.len()), "{modes:?}");
        assert!(modes.iter().take(2).all(|view| view.accepted));
        let strictest = modes.last().is_some_and(|view| view.accepted);
        assert!(!strictest || modes.iter().all(|view| view.accepted));
    }
}

/// A host that is taken is written in one way only, and that way is taken as well.
pub(crate) fn probe_host(data: &[u8]) {
    let text = Input::new(data).text();
    match Host::parse(&text) {
        Ok(host) => {
            let written = host.to_string();
            assert_eq!(Host::parse(&written), Ok(host), "{text:?}: {written}");
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
            assert!(written.chars().all(plain), "{text:?}: {written}");
            assert!(!written.contains(|c: char| c.is_ascii_uppercase()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A request is taken or refused; one that is taken is written and read again without a change.
pub(crate) fn probe_request(data: &[u8]) {
    let Ok(request) = serde_json::from_slice::<ProbeRequest>(Input::new(data).rest()) else {
        return;
    };
    if let Err(error) = request.validate() {
        assert!(!error.to_string().is_empty());
    }
    let written = serde_json::to_string(&request).expect("a request can be written");
    let again = serde_json::from_str::<ProbeRequest>(&written).ok();
    assert!(again.as_ref() == Some(&request), "{written}");
}
