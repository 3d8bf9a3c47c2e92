// The least a Lambda runtime in Rust's standard library can be: echoes each event.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

fn main() -> std::io::Result<()> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let mut socket = TcpStream::connect(&address)?;
    socket.set_nodelay(true)?;
    let mut reader = BufReader::new(socket.try_clone()?);
    loop {
        write!(
            socket,
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\n\r\n"
        )?;
        let (head, event) = receive(&mut reader)?;
        let id = field(&head, "lambda-runtime-aws-request-id").unwrap_or("");
        let mut reply = format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n",
            event.len()
        )
        .into_bytes();
        reply.extend_from_slice(&event);
        socket.write_all(&reply)?;
        receive(&mut reader)?;
    }
}

fn receive(reader: &mut BufReader<TcpStream>) -> std::io::Result<(Vec<String>, Vec<u8>)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            std::process::exit(0);
        }
        if line == "\r\n" {
            break;
        }
        head.push(line);
    }
    let length = field(&head, "content-length").and_then(|text| text.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok((head, body))
}

fn field<'a>(head: &'a [String], name: &str) -> Option<&'a str> {
    head.iter().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}
