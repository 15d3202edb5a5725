"""A person's own device as TOML and as CSV."""

KEY = "my-till-tflite-cpu-fp32"
CSV = b"network,latency_ms,macs_m,colour\nlenet-5,0.42,,red\n" + b"".join(
    f"{family}_{size},{4 + 3 * size + more},{50 * size},\n".encode()
    for more, family in enumerate(("mobilenet_v1", "squeezenet"))
    for size in (1, 2, 3, 4)
)


def toml(points=(("lenet-5", 80.0, 0.0004),)):
    """A profile with these networks: name, milliseconds, thousand million MACs or none."""
    return f"""title = "My till"
kind = "board"
processor = "4× A55"
[[targets]]
key = "{KEY}"
runtime = "TFLite 2.14"
backend = "cpu"
precision = "fp32"
[facts.ram_bytes]
value = 1e9
source = "the label, see https://example.org/a."
checked = true
""" + "".join(
        f'[[points]]\ntarget = "{KEY}"\nmodel = "{name}"\nlatency_ms = {ms!r}\nsource = "by me"\n'
        + (f"gmacs = {gmacs!r}\n" if gmacs else "")
        for name, ms, gmacs in points
    )
