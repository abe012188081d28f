package murder.tracker.http;

import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * What a request is answered with.
 *
 * @param status one of those that {@link #reason} knows
 * @param type of the body
 * @param body belongs to the receiver
 */
record HttpAnswer(int status, String type, byte[] body) {
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /**
     * The whole message.
     *
     * @param withBody false in answer to HEAD
     * @param another whether another request may follow on its connection, which it ends otherwise
     * @param date see {@link #date}
     */
    ByteBuffer message(boolean withBody, boolean another, String date) {
        byte[] head = Text.latin1("HTTP/1.1 " + status + " " + reason() + "\r\nDate: " + date + "\r\nContent-Type: " + type
            + "\r\nContent-Length: " + body.length + "\r\nCache-Control: no-store\r\nPragma: no-cache\r\nConnection: "
            + (another ? "keep-alive\r\n" : "close\r\n") + (status == 405 ? "Allow: GET, HEAD\r\n" : "") + "\r\n");
        ByteBuffer message = ByteBuffer.allocate(head.length + (withBody ? body.length : 0)).put(head);
        return (withBody ? message.put(body) : message).flip();
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 431 -> "Request Header Fields Too Large";
            default -> throw new IllegalStateException("status " + status);
        };
    }

    /** A moment as RFC 9110 §5.6.7 has it. The JDK's own formatter takes longer to load than a tracker to answer a hundred hosts. */
    static String date(long epochSecond) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
        int day = 3 * (time.getDayOfWeek().getValue() - 1);
        int month = 3 * (time.getMonthValue() - 1);
        return DAYS.substring(day, day + 3) + ", " + twoDigits(time.getDayOfMonth()) + " " + MONTHS.substring(month, month + 3) + " "
            + time.getYear() + " " + twoDigits(time.getHour()) + ":" + twoDigits(time.getMinute()) + ":" + twoDigits(time.getSecond())
            + " GMT";
    }

    private static String twoDigits(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
