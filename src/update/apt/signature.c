// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The creation time of OpenPGP signatures (RFC 9580, 4.2, 5.2 and 6.2).
 *
 * sqv takes a key that has expired for good if the signature says that it was made before that: who
 * has stolen an old key of an archive writes today's Date, and signs it years ago. A signature is
 * made after what it signs, so its time and the Date tell. Not by gpgv, which need not be there
 * where sqv is, nor by sqv, which does not say; so here, of what apt has verified. A server in
 * between can add signatures of unknown keys, which apt passes over: that is why the oldest counts.
 */

#include "update/apt/signature.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define TAG_SIGNATURE	2
#define SUBPACKET_MADE	2
#define SUBPACKET_TYPES 0x7f /* the bit beyond is "critical" */

/* What is left to be read. */
struct bytes {
	const uint8_t *at;
	size_t left;
};

/* A number of so many bytes. Return: is it there? */
static bool take_number(struct bytes *from, unsigned int size, uint32_t *number)
{
	uint32_t result = 0;

	if (from->left < size)
		return false;
	for (unsigned int i = 0; i < size; i++)
		result = result << 8 | from->at[i];
	from->at += size;
	from->left -= size;
	*number = result;
	return true;
}

/* The next so many bytes, as a part of their own. */
static bool take_part(struct bytes *from, uint32_t size, struct bytes *part)
{
	if (from->left < size)
		return false;
	*part = (struct bytes){from->at, size};
	from->at += size;
	from->left -= size;
	return true;
}

/* A length of one, two or five octets. @partial: the first octet that begins no two-octet length.
 */
static bool take_length(struct bytes *from, uint32_t partial, uint32_t *length)
{
	uint32_t first, second;

	if (!take_number(from, 1, &first))
		return false;
	if (first == 255)
		return take_number(from, 4, length);
	if (first >= partial)
		return false;
	if (first < 192) {
		*length = first;
		return true;
	}
	if (!take_number(from, 1, &second))
		return false;
	*length = ((first - 192) << 8) + second + 192;
	return true;
}

/* Of both formats; the old one may say that it goes on to the end. */
static bool take_packet(struct bytes *from, uint32_t *tag, struct bytes *packet)
{
	uint32_t head, length;

	if (!take_number(from, 1, &head) || !(head & 0x80))
		return false;
	if (head & 0x40) {
		*tag = head & 0x3f;
		return take_length(from, 224, &length) && take_part(from, length, packet);
	}
	*tag = head >> 2 & 0x0f;
	if ((head & 3) == 3)
		length = (uint32_t)from->left;
	else if (!take_number(from, 1U << (head & 3), &length))
		return false;
	return take_part(from, length, packet);
}

/* The hashed subpackets: the others are not signed. */
static uint32_t find_made(struct bytes subpackets)
{
	struct bytes subpacket;
	uint32_t length, type, made;

	while (take_length(&subpackets, 255, &length) && take_part(&subpackets, length, &subpacket))
		if (take_number(&subpacket, 1, &type) &&
			(type & SUBPACKET_TYPES) == SUBPACKET_MADE && subpacket.left == 4 &&
			take_number(&subpacket, 4, &made))
			return made;
	return 0;
}

/* Version 3: length 5, type, time. 4 and 6: type, two algorithms, length, subpackets. */
static uint32_t read_signature(struct bytes packet)
{
	uint32_t version, skipped, length, made;
	struct bytes subpackets;

	if (!take_number(&packet, 1, &version))
		return 0;
	if (version == 3)
		return take_number(&packet, 2, &skipped) && take_number(&packet, 4, &made) ? made
											   : 0;
	if ((version != 4 && version != 6) || !take_number(&packet, 3, &skipped) ||
		!take_number(&packet, version == 4 ? 2 : 4, &length) ||
		!take_part(&packet, length, &subpackets))
		return 0;
	return find_made(subpackets);
}

static uint32_t find_oldest(struct bytes packets)
{
	struct bytes packet;
	uint32_t tag, oldest = 0;

	while (take_packet(&packets, &tag, &packet)) {
		const uint32_t made = tag == TAG_SIGNATURE ? read_signature(packet) : 0;

		if (made > 0 && (oldest == 0 || made < oldest))
			oldest = made;
	}
	return oldest;
}

/* Decodes base64 up to its end, "=" or "-", in lines. Return: how many bytes. */
static size_t decode_base64(const char *text, uint8_t *to)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned int count = 0;
	size_t size = 0;

	for (; *text && *text != '=' && *text != '-'; text++) {
		const char *digit = strchr(digits, *text);

		if (!digit)
			continue;
		bits = bits << 6 | (uint32_t)(digit - digits);
		count += 6;
		if (count >= 8) {
			count -= 8;
			to[size++] = (uint8_t)(bits >> count);
		}
	}
	return size;
}

/* What is armoured comes behind the headers, and those end with an empty line. */
static const char *find_armour(const char *text)
{
	static const char begin[] = "-----BEGIN PGP SIGNATURE-----";
	const char *found = NULL;

	for (const char *at = text; (at = strstr(at, begin)) != NULL; at += strlen(begin))
		if (at == text || at[-1] == '\n')
			found = at;
	for (; found && (found = strchr(found, '\n')) != NULL;) {
		found++;
		if (*found == '\n' || (*found == '\r' && found[1] == '\n'))
			return found;
	}
	return NULL;
}

time_t apt_signature_date(const char *signature, size_t size)
{
	const char *armour = find_armour(signature);
	_cleanup_free_ uint8_t *decoded = armour ? malloc(size) : NULL;

	if (!armour)
		return 0;
	if (!decoded)
		return -ENOMEM;
	return (time_t)find_oldest((struct bytes){decoded, decode_base64(armour, decoded)});
}
