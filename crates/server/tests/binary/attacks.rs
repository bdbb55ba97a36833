//! The attacks that the stock server of the framework did not survive, against the real binary with its real limits.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{LONG, Running, folder, start};

/// An operation that answers without a database, so that only the edge and the front are tried.
const TARGET: &str = "GET /v1/time HTTP/1.1\r\nHost: x\r\n";

fn connect(running: &Running) -> TcpStream {
    let stream = TcpStream::connect(&running.api).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

/// The most memory that the process ever had, in MiB.
fn peak(running: &Running) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", running.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
}

/// Sends a head and then up to 1 GiB of body, and returns what was answered.
fn pour(running: &Running, head: &str, chunked: bool) -> String {
    let mut stream = connect(running);
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b' '; 1 << 20];
    let mut sending = stream.try_clone().unwrap();
    let pouring = thread::spawn(move || {
        for _ in 0..1024 {
            let framed = if chunked { write!(sending, "{:x}\r\n", piece.len()) } else { Ok(()) };
            let sent = framed.and_then(|()| sending.write_all(&piece));
            if sent.and_then(|()| if chunked { sending.write_all(b"\r\n") } else { Ok(()) }).is_err() {
                break;
            }
        }
    });
    let mut answer = Vec::new();
    // the kernel may reset the connection over the unread body after the answer has arrived
    let _ = stream.read_to_end(&mut answer);
    pouring.join().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_body_of_one_gibibyte_is_refused_in_flat_memory() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let running = start(folder("gibibyte"));
    assert!(running.get("/v1/time").starts_with("HTTP/1.1 200"));
    let before = peak(&running);
    let announced = pour(&running, &format!("{TARGET}Content-Length: 1073741824\r\n\r\n"), false);
    assert!(announced.is_empty() || announced.starts_with("HTTP/1.1 413"), "{announced}");
    let chunked = pour(&running, &format!("{TARGET}Transfer-Encoding: chunked\r\n\r\n"), true);
    assert!(chunked.is_empty() || chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    let grown = peak(&running) - before;
    println!("1 GiB twice: peak memory {before} MiB, then {grown} MiB more");
    assert!(grown < 32, "{grown} MiB for bodies that were refused");
    assert!(running.get("/v1/time").starts_with("HTTP/1.1 200"), "and it still serves");
}

#[test]
fn six_shapes_of_slow_client_are_closed_while_others_are_served() {
    let head = format!("{TARGET}X-A: ");
    let body = format!("{TARGET}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"name\":\"");
    let shapes = [
        ("silent", String::new(), false),
        ("half a head, then silent", head.clone(), false),
        ("half a head, then a byte at a time", head, true),
        ("half a body, then silent", body.clone(), false),
        ("half a body, then a byte at a time", body, true),
        ("kept alive, then idle", format!("{TARGET}\r\n"), false),
    ];
    let running = Arc::new(start(folder("slow")));
    let attackers: Vec<_> = shapes
        .into_iter()
        .map(|(name, at_once, dribbles)| {
            let mut stream = connect(&running);
            let attack = move || {
                let asked = Instant::now();
                stream.write_all(at_once.as_bytes()).unwrap();
                stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
                let mut piece = [0; 4096];
                loop {
                    match stream.read(&mut piece) {
                        Ok(0) => return (name, asked.elapsed()),
                        Ok(_) => {}
                        Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock) => {
                            assert!(asked.elapsed() < LONG, "{name}: still open");
                            if dribbles && stream.write_all(b"a").is_err() {
                                return (name, asked.elapsed());
                            }
                        }
                        Err(_) => return (name, asked.elapsed()),
                    }
                }
            };
            thread::spawn(attack)
        })
        .collect();
    for _ in 0..20 {
        assert!(running.get("/v1/time").starts_with("HTTP/1.1 200"));
    }
    for attacker in attackers {
        let (name, open) = attacker.join().unwrap();
        println!("{name}: closed after {open:?}");
        assert!(open < Duration::from_secs(20), "{name}: closed only after {open:?}");
    }
}
